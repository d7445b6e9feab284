import { isLoopbackAddress } from '../../access/loopback.ts';

/**
 * The client address of each request, for rate limits. Behind a trusted proxy it is the last entry
 * of X-Forwarded-For, which the proxy adds; the client may have written the others. Cloudflare
 * Tunnel sends CF-Connecting-IP instead.
 */
export class Addresses {
  readonly #proxies: ReadonlySet<string>;
  readonly #known = new WeakMap<Request, string>();

  /** `proxies`: trusted addresses, in addition to those of this machine. */
  constructor(proxies: readonly string[]) {
    this.#proxies = new Set(proxies);
  }

  /** Whether connections from an address can be those of many clients. */
  isProxy(peer: string): boolean {
    return isLoopbackAddress(peer) || this.#proxies.has(peer);
  }

  /** The client address of a request; `peer` is the other end of its connection. */
  find(request: Request, peer: string): string {
    return (this.isProxy(peer) ? forwardedAddress(request) : null) || peer;
  }

  /** Records the address of a request for {@link of}. */
  note(request: Request, address: string): void {
    this.#known.set(request, address);
  }

  /** Null for a request that was not recorded. */
  of(request: Request): string | null {
    return this.#known.get(request) ?? null;
  }
}

function forwardedAddress(request: Request): string | null {
  const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded || request.headers.get('cf-connecting-ip');
}
