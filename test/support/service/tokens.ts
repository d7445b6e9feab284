import { createHmac, randomBytes } from 'node:crypto';

/** Signs tokens with a random secret, whose `kid` is `tests`. */
export class TokenSigner {
  readonly #secret = randomBytes(32);

  /** EDGEPAD_TOKEN_SECRETS with this secret. */
  get setting(): string {
    return `tests:${this.#secret.toString('base64url')}`;
  }

  /** Signs claims, valid or not. Times are seconds since the epoch. */
  sign(claims: Readonly<Record<string, unknown>>): string {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT', kid: 'tests' })}.${part(claims)}`;
    const signature = createHmac('sha256', this.#secret).update(signed).digest('base64url');
    return `${signed}.${signature}`;
  }

  /** A token that is valid for five minutes. */
  token(
    audience: string,
    document: string,
    role: string,
    more: Readonly<Record<string, unknown>> = {},
  ): string {
    const now = Math.floor(Date.now() / 1000);
    return this.sign({ aud: audience, doc: document, role, iat: now, exp: now + 300, ...more });
  }
}
