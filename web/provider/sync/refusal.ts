import { CloseCode } from '../../../protocol/close-codes.ts';

/** The service cannot store what this client holds. */
export interface Refusal {
  readonly code: CloseCode;
  readonly reason: string;
}

export const fullRefusal: Refusal = {
  code: CloseCode.documentFull,
  reason: 'This document is full: new changes are not saved',
};
