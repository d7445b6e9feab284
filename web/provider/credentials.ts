import { tokenExpiry } from '../access/token-claims.ts';

/** A token is replaced this long before it expires, in milliseconds. */
const refreshMargin = 60_000;
/** The minimum time before a refresh, and before another attempt after a failed one, in milliseconds. */
const refreshDelay = 15_000;
/** The longest delay that `setTimeout` accepts, in milliseconds. A refresh is never scheduled later. */
const maxTimeout = 2 ** 31 - 1;

/**
 * Returns a credential (a key or a token), or null for none. May reject: the provider calls it again
 * after a delay.
 */
export type GetToken = () => string | null | Promise<string | null>;

interface Rejection {
  readonly token: string | null;
  readonly reason: string;
}

/**
 * Gets the credential from the page: before each connection, and before a token expires, so that the
 * open connection receives the next one in time.
 */
export class Credentials {
  readonly #getToken: GetToken | null;
  readonly #onRefresh: (token: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #token: string | null = null;
  /** The credential that the service has rejected: it would reject it again. */
  #rejection: Rejection | null = null;

  constructor(getToken: GetToken | null, onRefresh: (token: string) => void) {
    this.#getToken = getToken;
    this.#onRefresh = onRefresh;
  }

  /** Gets the current credential; null if none is needed. Rejects as {@link GetToken} does. */
  async get(): Promise<string | null> {
    clearTimeout(this.#timer);
    const token = await this.#getToken?.() ?? null;
    this.#token = token;
    if (token !== null) this.#scheduleRefresh(tokenExpiry(token));
    return token;
  }

  /** Gets the credential now, and passes it to `onRefresh` if it has changed. */
  async refresh(): Promise<void> {
    try {
      const before = this.#token;
      const token = await this.get();
      if (token !== null && token !== before) this.#onRefresh(token);
    } catch {
      // Code of the page, which may throw anything. The current token may be valid until the next try.
      this.#timer = setTimeout(() => void this.refresh(), refreshDelay);
    }
  }

  /** Call when a connection closes. `reason`: why the service has rejected the credential; null if it has not. */
  connectionClosed(reason: string | null): void {
    this.#rejection = reason === null ? null : { token: this.#token, reason };
  }

  /** Why the service has rejected this credential; null if it has not. */
  rejectionOf(token: string | null): string | null {
    return this.#rejection?.token === token ? this.#rejection.reason : null;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #scheduleRefresh(expiry: number | null): void {
    if (expiry === null) return;
    const delay = Math.max(refreshDelay, expiry - refreshMargin - Date.now());
    this.#timer = setTimeout(() => void this.refresh(), Math.min(delay, maxTimeout));
  }
}
