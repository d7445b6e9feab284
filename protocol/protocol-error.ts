import type { CloseCode } from './close-codes.ts';

/**
 * A client sent a message that cannot be accepted. The code and message close its connection; RFC 6455
 * allows 123 bytes for the reason. No part of the rejected message is stored or broadcast.
 */
export class ProtocolError extends Error {
  readonly code: CloseCode;

  constructor(code: CloseCode, message: string) {
    super(message);
    this.code = code;
  }
}
