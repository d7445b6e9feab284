import { monotonicNow } from '../clock.ts';

/** The maximum size of all entries, in characters; the oldest are removed first. */
const maxCharacters = 8 * 1024 * 1024;
/** The maximum size of one entry, in characters. */
const maxEntryCharacters = 256 * 1024;
/** A fetch that takes longer no longer holds up others, in milliseconds: it may have been aborted. */
const maxFetchTime = 3_000;
/** How often a waiting request checks whether the fetch has ended, in milliseconds. */
const pollInterval = 20;

/**
 * Texts in the memory of one isolate, and the keys that a request is fetching. It holds plain values
 * only: on Cloudflare a request must not use a promise or a stream of another request.
 */
export class MemoryCache {
  readonly #entries = new Map<string, string>();
  /** When the fetch of each key started, on the monotonic clock. */
  readonly #fetches = new Map<string, number>();
  #characters = 0;

  get(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }

  put(key: string, text: string): void {
    const size = key.length + text.length;
    this.delete(key);
    if (size > maxEntryCharacters) return;
    this.#entries.set(key, text);
    this.#characters += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= maxCharacters) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const text = this.#entries.get(key);
    if (text === undefined) return;
    this.#entries.delete(key);
    this.#characters -= key.length + text.length;
  }

  /** Whether a request is fetching this key. */
  isBeingFetched(key: string): boolean {
    const startedAt = this.#fetches.get(key);
    return startedAt !== undefined && monotonicNow() - startedAt < maxFetchTime;
  }

  /** Waits until the key is no longer being fetched, at most this many milliseconds. */
  async waitForFetch(key: string, milliseconds: number): Promise<void> {
    const deadline = monotonicNow() + milliseconds;
    while (this.isBeingFetched(key) && monotonicNow() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, pollInterval));
    }
  }

  /** Marks the key as being fetched until `fetch` settles. */
  async fetching<T>(key: string, fetch: () => Promise<T>): Promise<T> {
    this.#fetches.set(key, monotonicNow());
    try {
      return await fetch();
    } finally {
      this.#fetches.delete(key);
    }
  }
}
