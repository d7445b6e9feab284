/** `wrong-document`: a good token, for another document. Callers answer as if there were none. */
export type TokenErrorCode = 'bad-token' | 'token-expired' | 'wrong-document';

/**
 * A token that gives no access. The message says what is wrong with it to whoever writes the signing
 * code, in 123 bytes at most (it may become the reason a socket is closed with), and repeats nothing
 * of the token.
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
