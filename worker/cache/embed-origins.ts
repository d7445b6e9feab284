import { isDenial } from '../core/access/principal.ts';
import { callDocument, type OpenDocument } from '../document.ts';
import { ageOf, type EdgeCache } from './edge-cache.ts';

/** The maximum age of a list, in milliseconds: how long a removed origin may still embed. */
const maxAge = 60_000;
/** How long a page waits for a document, in milliseconds. */
const callTimeout = 2_000;
/** How long a document that failed is not called again, in milliseconds. */
const retryDelay = 10_000;

interface CachedOrigins {
  readonly origins: readonly string[];
  /** When the document was called, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The origins that may embed each document, in addition to those the service allows.
 *
 * They are part of a page's headers, and so needed before the page can present a credential: any
 * client can request them for any name. The cache limits how often that wakes a document, including
 * one that does not exist. A document that does not answer gets an empty list, so that the page still
 * loads.
 */
export class EmbedOriginCache {
  readonly #openDocument: OpenDocument;
  readonly #cache: EdgeCache;

  constructor(openDocument: OpenDocument, cache: EdgeCache) {
    this.#openDocument = openDocument;
    this.#cache = cache;
  }

  /**
   * The list of a document; `base` is the URL of the service. Calls `mayCall` before the document,
   * but not for a cached list. Does not reject when the document fails.
   */
  async get(
    base: string,
    name: string,
    mayCall: () => Promise<boolean>,
  ): Promise<readonly string[]> {
    const key = keyOf(base, name);
    return await this.#cache.useOrLoad<CachedOrigins, readonly string[]>(key, {
      parse: parseFresh,
      use: ({ origins }) => origins,
      load: async () => await mayCall() ? await this.#load(key, name) : [],
      timeout: callTimeout,
      onTimeout: () => [],
    });
  }

  /** Stores the new list of a document. */
  set(base: string, name: string, origins: readonly string[]): void {
    this.#put(keyOf(base, name), { origins, at: Date.now() });
  }

  async #load(key: string, name: string): Promise<readonly string[]> {
    const at = Date.now();
    const origins = await this.#call(name);
    // `set` was called meanwhile; the answer may be older.
    const local = this.#cache.local(key);
    const changed = local === null ? null : parseFresh(local);
    if (changed && changed.at >= at) return changed.origins;
    const loaded = origins ? { origins, at } : { origins: [], at: at - maxAge + retryDelay };
    this.#put(key, loaded);
    return loaded.origins;
  }

  /** Null if the document fails or does not answer in time. */
  async #call(name: string): Promise<readonly string[] | null> {
    const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), callTimeout));
    try {
      const call = callDocument(this.#openDocument(name), null, { type: 'frame-ancestors' });
      const answer = await Promise.race([call, timeout]);
      return isDenial(answer) ? null : answer;
    } catch (error) {
      console.error('Cannot get embed origins:', error);
      return null;
    }
  }

  #put(key: string, origins: CachedOrigins): void {
    this.#cache.put(key, JSON.stringify(origins));
  }
}

function keyOf(base: string, name: string): string {
  return `${base}/~frames/${name}`;
}

function parseFresh(text: string): CachedOrigins | null {
  const cached: CachedOrigins = JSON.parse(text);
  return ageOf(cached.at) < maxAge ? cached : null;
}
