/** How long before it expires a token is replaced, in milliseconds. */
const leeway = 60_000;
/** When to ask again after asking has failed, in milliseconds. */
const askAgainAfter = 15_000;
/** setTimeout takes no longer waits; who has so long may be asked twice. */
const longestTimer = 2 ** 31 - 1;

/** Gets a credential of access from the site this runs in; null for none. May reject: then it is asked again. */
export type GetToken = () => string | null | Promise<string | null>;

/**
 * The credential of access: asked for before each connection, and once more before it expires, so that
 * the living connection gets a fresh one.
 */
export class Credentials {
  readonly #getToken: GetToken | null;
  readonly #renewed: (token: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #token: string | null = null;
  /** Was turned away, with these words; the same again would be, too. */
  #dead: { readonly token: string | null; readonly reason: string } | null = null;

  constructor(getToken: GetToken | null, renewed: (token: string) => void) {
    this.#getToken = getToken;
    this.#renewed = renewed;
  }

  /** A fresh token, or null where none is needed. Rejects as {@link GetToken} does. */
  async fresh(): Promise<string | null> {
    clearTimeout(this.#timer);
    const token = await this.#getToken?.() ?? null;
    this.#token = token;
    if (token !== null) this.#renewBefore(expiryOf(token));
    return token;
  }

  /** A connection has ended; it was turned away for want of a good credential where `reason` says so. */
  lost(reason: string | null): void {
    this.#dead = reason === null ? null : { token: this.#token, reason };
  }

  /** Why it is no use to connect with this credential; null where it may be. */
  whyNot(token: string | null): string | null {
    return this.#dead?.token === token ? this.#dead.reason : null;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #renewBefore(expiry: number | null): void {
    if (expiry === null) return;
    const wait = Math.max(askAgainAfter, expiry - leeway - Date.now());
    this.#timer = setTimeout(() => void this.renew(), Math.min(wait, longestTimer));
  }

  /** Asks now, and hands over what is new. */
  async renew(): Promise<void> {
    try {
      const before = this.#token;
      const token = await this.fresh();
      if (token !== null && token !== before) this.#renewed(token);
    } catch {
      // Whatever the site's own code throws: the token at hand may still do until then.
      this.#timer = setTimeout(() => void this.renew(), askAgainAfter);
    }
  }
}

/** When a JSON Web Token expires, in milliseconds since the epoch; null for anything else. */
function expiryOf(token: string): number | null {
  const [, payload, signature] = token.split('.');
  if (!payload || signature === undefined) return null;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return Number.isFinite(exp) ? exp * 1000 : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}
