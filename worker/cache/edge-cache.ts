import type { MemoryCache } from './memory-cache.ts';

/** The platform's Cache API, as far as it is used. */
export interface SharedCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** How long an entry stays in the shared cache, in seconds. Callers check its age themselves. */
const maxAge = 600;

/**
 * A cache in front of documents: texts, in the memory of this isolate (local) and in the cache of the
 * data center (shared). Their keys are URLs of the service at which nothing is served.
 *
 * It does not check access. A key must identify who may get the entry, and be made only after the
 * access check. Nothing that depends on a token may be stored.
 */
export class EdgeCache {
  readonly memory: MemoryCache;
  readonly #shared: SharedCache;
  readonly #inBackground: (work: Promise<unknown>) => void;

  /** `inBackground` keeps the context of a request alive until the work is done. */
  constructor(
    memory: MemoryCache,
    shared: SharedCache,
    inBackground: (work: Promise<unknown>) => void,
  ) {
    this.memory = memory;
    this.#shared = shared;
    this.#inBackground = inBackground;
  }

  /** The entry in the memory of this isolate; null for none. */
  local(key: string): string | null {
    return this.memory.get(pathOf(key));
  }

  /** The entry in the cache of the data center, which is copied into memory; null for none. */
  async shared(key: string): Promise<string | null> {
    const response = await this.#shared.match(key);
    if (!response) return null;
    const text = await response.text();
    this.memory.put(pathOf(key), text);
    return text;
  }

  put(key: string, text: string): void {
    this.memory.put(pathOf(key), text);
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': `public, s-maxage=${maxAge}`,
    };
    this.#inBackground(this.#shared.put(key, new Response(text, { headers })));
  }

  /** Removes an entry in this isolate and data center. Others may keep it until it is too old. */
  delete(key: string): void {
    this.memory.delete(pathOf(key));
    this.#inBackground(this.#shared.delete(key));
  }

  /**
   * Calls `use` with the entry of a key, or `load` if there is none. Of the requests in this isolate
   * one at a time looks in the shared cache and loads; the others wait for its entry.
   */
  async useOrLoad<Entry, Result>(
    key: string,
    { parse, use, load, timeout, onTimeout }: LoadOptions<Entry, Result>,
  ): Promise<Result> {
    const readLocal = () => {
      const text = this.local(key);
      return text === null
        ? null
        : parse(text, { isBeingFetched: this.memory.isBeingFetched(key) });
    };
    let entry = readLocal();
    if (entry === null && this.memory.isBeingFetched(key)) {
      await this.memory.waitForFetch(key, timeout);
      entry = readLocal();
    }
    if (entry !== null) return await use(entry);
    if (onTimeout && this.memory.isBeingFetched(key)) return onTimeout();
    // No await between the check and the mark, or every waiting request would load.
    return await this.memory.fetching(key, async () => {
      const text = await this.shared(key);
      const shared = text === null ? null : parse(text, { isBeingFetched: false });
      return shared === null ? await load() : await use(shared);
    });
  }
}

interface LoadOptions<Entry, Result> {
  /** Parses an entry; null if it is too old. `isBeingFetched`: another request is replacing it. */
  parse(text: string, state: { readonly isBeingFetched: boolean }): Entry | null;
  use(entry: Entry): Result | Promise<Result>;
  load(): Promise<Result>;
  /** How long to wait for another request, in milliseconds. */
  readonly timeout: number;
  /** The result after that time; by default the request loads itself. */
  onTimeout?(): Result;
}

/**
 * The age of an entry that was made at this time, in milliseconds. Entries carry wall time, because
 * the shared cache passes them between machines. One from a clock ahead of ours counts as too old.
 */
export function ageOf(time: number): number {
  const age = Date.now() - time;
  return age >= 0 ? age : Infinity;
}

/** In memory an entry is shared by all host names of the service, so that it is removed for all. */
function pathOf(key: string): string {
  return new URL(key).pathname;
}
