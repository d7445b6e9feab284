import type { OpenDocument } from '../document.ts';
import type { EdgeCache } from './edge-cache.ts';

/** How old an answer may be, in milliseconds: that long a site that was taken off a list may go on. */
const longestAge = 60_000;
/** How long a page waits for a document to answer. */
const patience = 2_000;
/** How long after such a question the next one may be, where there was no answer. */
const retryAfter = 10_000;

/** What a document has said, or has been told. */
interface Kept {
  readonly origins: readonly string[];
  /** When it was asked, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Which sites may show a document in a frame, beside those of the service, as the documents say.
 *
 * A browser has to be told before anybody has shown a credential, so strangers ask this, for any name they
 * can think of. That they wake no document again and again, an answer is kept for a minute, also that
 * there is none. Where a document does not answer nothing is allowed but what the service allows: the
 * page stands all the same.
 */
export class EmbedOriginCache {
  readonly #openDocument: OpenDocument;
  readonly #cache: EdgeCache;

  constructor(openDocument: OpenDocument, cache: EdgeCache) {
    this.#openDocument = openDocument;
    this.#cache = cache;
  }

  /**
   * The list of a document; `base` is the address of this service. `mayAsk` is called before the
   * document is, and not where the answer is known. Never rejects for what a document does.
   */
  async of(
    base: string,
    name: string,
    mayAsk: () => Promise<boolean>,
  ): Promise<readonly string[]> {
    const key = keyOf(base, name);
    const { memory } = this.#cache;
    // Only then, as a pause would let all who came together begin to ask.
    if (memory.isBeingFetched(key, Date.now())) await memory.whileOthersFetch(key, patience);
    const near = freshIn(this.#cache.near(key));
    if (near) return near.origins;
    if (memory.isBeingFetched(key, Date.now())) return [];
    return await memory.singleFlight(key, Date.now(), async () => {
      const far = freshIn(await this.#cache.far(key));
      if (far) return far.origins;
      return await mayAsk() ? await this.#ask(key, name) : [];
    });
  }

  /** A document has this list from now on, as far as is known here. */
  keep(base: string, name: string, origins: readonly string[]): void {
    this.#put(keyOf(base, name), { origins, at: Date.now() });
  }

  async #ask(key: string, name: string): Promise<readonly string[]> {
    const at = Date.now();
    const origins = await this.#answerOf(name);
    // It was changed while it was being asked.
    const meanwhile = freshIn(this.#cache.near(key));
    if (meanwhile && meanwhile.at >= at) return meanwhile.origins;
    const kept = origins ? { origins, at } : { origins: [], at: at - longestAge + retryAfter };
    this.#put(key, kept);
    return kept.origins;
  }

  /** Null where there is no answer, or none in time. */
  async #answerOf(name: string): Promise<readonly string[] | null> {
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patience));
    try {
      return await Promise.race([this.#openDocument(name).framedBy(), late]);
    } catch (error) {
      // Whatever it is: a page that some sites cannot show is better than none.
      console.error('Cannot ask for frames:', error);
      return null;
    }
  }

  #put(key: string, kept: Kept): void {
    this.#cache.put(key, JSON.stringify(kept));
  }
}

/** An address of this service under which nothing is served. */
function keyOf(base: string, name: string): string {
  return `${base}/~frames/${name}`;
}

function freshIn(text: string | null): Kept | null {
  if (text === null) return null;
  const kept: Kept = JSON.parse(text);
  return Math.abs(Date.now() - kept.at) < longestAge ? kept : null;
}
