import type { MemoryCache } from './memory-cache.ts';

/** What is needed of the platform's cache: the Cache API, as Cloudflare and Deno have it. */
export interface SharedCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** How long an entry may lie in the shared cache, in seconds. Its users know when it is too old. */
const lifetime = 600;

/**
 * Texts under keys, in front of the documents: in this isolate's memory, and behind that in the
 * cache of the data center. An entry may be gone at any time, and comes back as it was put.
 *
 * There is no access control in here. A key must name whom its entry is for, and may be made only
 * after it was decided that the one who asks belongs to them. Nothing that depends on a token goes in.
 */
export class EdgeCache {
  readonly memory: MemoryCache;
  readonly #shared: SharedCache;
  readonly #later: (work: Promise<unknown>) => void;

  /** `later` keeps a request's context alive until the work is done; nobody waits for it. */
  constructor(
    memory: MemoryCache,
    shared: SharedCache,
    later: (work: Promise<unknown>) => void,
  ) {
    this.memory = memory;
    this.#shared = shared;
    this.#later = later;
  }

  /** What lies in the memory of this isolate. */
  near(key: string): string | null {
    return this.memory.get(pathOf(key));
  }

  /** What lies in the cache of the data center; from now on also in this isolate. */
  async far(key: string): Promise<string | null> {
    const response = await this.#shared.match(key);
    if (!response) return null;
    const text = await response.text();
    this.memory.put(pathOf(key), text);
    return text;
  }

  /** In this isolate and its data center; another may keep what it has for as long as it is good. */
  forget(key: string): void {
    this.memory.delete(pathOf(key));
    this.#later(this.#shared.delete(key));
  }

  put(key: string, text: string): void {
    this.memory.put(pathOf(key), text);
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': `public, s-maxage=${lifetime}`,
    };
    this.#later(this.#shared.put(key, new Response(text, { headers })));
  }
}

/** In memory what was kept under one name of the service is found, and forgotten, under all of them. */
function pathOf(key: string): string {
  return new URL(key).pathname;
}
