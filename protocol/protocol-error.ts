import type { CloseCode } from './close-codes.ts';

/**
 * What a client sent cannot be accepted. Whoever talks to that client catches it and closes the
 * connection with the code; the message is the reason, a sentence that says what is wrong (RFC 6455
 * allows 123 bytes of it). Nothing of the refused message has been stored or relayed.
 */
export class ProtocolError extends Error {
  readonly code: CloseCode;

  constructor(code: CloseCode, message: string) {
    super(message);
    this.code = code;
  }
}
