/** Characters in all entries together; the oldest go first. */
const mostCharacters = 8 * 1024 * 1024;
/** A longer entry would push out too many others. */
const longestEntry = 256 * 1024;

/**
 * Strings kept in the memory of one isolate, and who is fetching what at the moment. Plain values
 * only: on Cloudflare a promise or a stream of one request must not be touched by another.
 */
export class MemoryCache {
  readonly #entries = new Map<string, string>();
  readonly #fetching = new Map<string, number>();
  #characters = 0;

  get(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }

  put(key: string, text: string): void {
    const size = key.length + text.length;
    this.delete(key);
    if (size > longestEntry) return;
    this.#entries.set(key, text);
    this.#characters += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= mostCharacters) return;
      this.delete(oldest);
    }
  }

  /** Whether a request began to fetch this less than three seconds ago, and is still at it. */
  isBeingFetched(key: string, now: number): boolean {
    const since = this.#fetching.get(key);
    return since !== undefined && Math.abs(now - since) < 3_000;
  }

  /** Waits for another request that is fetching this, for so many milliseconds at most. */
  async whileOthersFetch(key: string, milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (this.isBeingFetched(key, Date.now()) && Date.now() < end) {
      // On Cloudflare a request may not wait for a promise of another.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Takes down that somebody fetches this, until `work` ends, however it ends. */
  async singleFlight<T>(key: string, now: number, work: () => Promise<T>): Promise<T> {
    this.#fetching.set(key, now);
    try {
      return await work();
    } finally {
      this.#fetching.delete(key);
    }
  }

  delete(key: string): void {
    const text = this.#entries.get(key);
    if (text === undefined) return;
    this.#entries.delete(key);
    this.#characters -= key.length + text.length;
  }
}
