import type { SharedCache } from '../../../worker/cache/edge-cache.ts';

/** The cache that the isolates of a data center share. Entries never expire. */
export class DataCenter implements SharedCache {
  readonly #stored = new Map<string, string>();

  get keys(): string[] {
    return [...this.#stored.keys()];
  }

  match(key: string): Promise<Response | undefined> {
    const text = this.#stored.get(key);
    return Promise.resolve(text === undefined ? undefined : new Response(text));
  }

  async put(key: string, response: Response): Promise<void> {
    this.#stored.set(key, await response.text());
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.#stored.delete(key));
  }
}
