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

export function tooLargeRefusal(bytes: number): Refusal {
  return {
    code: CloseCode.tooBig,
    reason: `This page has ${Math.ceil(bytes / 2 ** 20)} MB of unsaved changes, more than the ` +
      'service accepts at once',
  };
}
