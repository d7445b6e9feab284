import { isLoopbackAddress } from '../access/loopback.ts';

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

  /** Records the address of a request when it arrives; `peer` is the other end of its connection. */
  note(request: Request, peer: Deno.Addr): void {
    if (!('hostname' in peer)) return;
    const isProxy = isLoopbackAddress(peer.hostname) || this.#proxies.has(peer.hostname);
    const forwarded = isProxy ? forwardedAddress(request) : null;
    this.#known.set(request, forwarded || peer.hostname);
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
