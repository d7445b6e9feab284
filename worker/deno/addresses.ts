const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/**
 * Who asks, for counting who asks too often. A proxy asks for everybody, so it is believed what it
 * says: the last entry of X-Forwarded-For is its own, all before that the client may have written.
 * A tunnel of Cloudflare's says it in a header of its own.
 */
export class Addresses {
  readonly #proxies: ReadonlySet<string>;
  readonly #known = new WeakMap<Request, string>();

  /** Proxies beside those on this machine. */
  constructor(proxies: readonly string[]) {
    this.#proxies = new Set(proxies);
  }

  note(request: Request, from: Deno.Addr): void {
    if (!('hostname' in from)) return;
    const isProxy = loopback.test(from.hostname) || this.#proxies.has(from.hostname);
    const told = isProxy ? toldBy(request) : null;
    this.#known.set(request, told || from.hostname);
  }

  /** Null where it was not noted. */
  of(request: Request): string | null {
    return this.#known.get(request) ?? null;
  }
}

function toldBy(request: Request): string | null {
  const forwarded = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded || request.headers.get('cf-connecting-ip');
}
