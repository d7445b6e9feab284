/** `wrong-document`: a valid token for another document. Callers respond as to a missing one. */
export type TokenErrorCode = 'bad-token' | 'token-expired' | 'wrong-document';

/**
 * A token that was not accepted. The message is for the developer who signs tokens. It has at most
 * 123 bytes, since it may become a close reason, and contains nothing of the token.
 */
export class TokenError extends Error {
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, detail: string) {
    super(`Cannot accept token: ${detail}`);
    this.code = code;
  }
}

export function badToken(detail: string): TokenError {
  return new TokenError('bad-token', detail);
}
