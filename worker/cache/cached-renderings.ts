import { type Format, isKnown, type RenderResult } from '../core/render/reader.ts';
import type { EdgeCache } from './edge-cache.ts';
import type { CachedResult, ReadableDocument, Renderings } from './renderings.ts';

/** Those who get the same answers, and so may share them. */
export interface CacheScope {
  /**
   * Names them in the keys of the cache. Who has proved to belong to them knows it anyway; when they
   * lose their access it becomes another, and what was cached for them is out of reach.
   */
  readonly name: string;
  /** How old an answer they may get, in milliseconds, when nothing has moved for long. */
  readonly longestAge: number;
}

/** What is known of a document without having it. */
interface CachedVersion {
  /** Null: nothing was ever stored under this name. */
  readonly tag: string | null;
  /** When this was first seen to be its tag, in milliseconds since the epoch. */
  readonly since: number;
  /** When the document was last asked. */
  readonly at: number;
}

/** Those who came by a key; `hash` is what the document knows it by. Its answers end soon after it. */
export function cacheScopeOfKey(hash: string): CacheScope {
  return { name: `key-${hash}`, longestAge: 5_000 };
}

/** Those who may read everything here, and so all the same. */
export const publicScope: CacheScope = { name: 'open', longestAge: 30_000 };

/** Puts what was answered about a document out of reach, in this place: to these keys, and to everybody. */
export function invalidateRenderings(
  cache: EdgeCache,
  place: string,
  name: string,
  hashes: readonly string[],
): void {
  for (const audience of [publicScope, ...hashes.map(cacheScopeOfKey)]) {
    cache.forget(headKeyOf(prefixOf(place, audience, name)));
  }
}

/** How old an answer may be while the document is being edited, in milliseconds. */
const shortestAge = 800;
/** Something that has not moved for ten seconds need not be looked at each second. */
const agePerRest = 0.1;
/** Who loads a page or a file wants to see what was just written. */
const oldestFile = 2_000;
/** How long to rely on another request that is fetching the same, in milliseconds. */
const mostPatience = 1_000;

/**
 * One document as it is read through the cache. At the head of it stands the tag of its version,
 * which is asked for anew when it is too old: after a second while the document is being edited,
 * later and later when it rests. Everything else lies under its tag and is never out of date.
 *
 * When the tag is too old, one request of this isolate asks, and meanwhile the others are told what
 * was true a moment ago.
 */
export class CachedRenderings implements Renderings {
  readonly #cache: EdgeCache;
  readonly #document: ReadableDocument;
  readonly #audience: CacheScope;
  readonly #prefix: string;

  /** `place` is an address of this service under which nothing is served. */
  constructor(
    cache: EdgeCache,
    document: ReadableDocument,
    audience: CacheScope,
    { place, name }: { readonly place: string; readonly name: string },
  ) {
    this.#cache = cache;
    this.#document = document;
    this.#audience = audience;
    this.#prefix = prefixOf(place, audience, name);
  }

  /**
   * The document in a format, at most two seconds old, unless the reader has it. With `isExact` it
   * is the newest there is.
   */
  async read(
    format: Format,
    knownTags: readonly string[],
    isExact: boolean,
  ): Promise<CachedResult> {
    const ask = () =>
      this.#ask(
        (document) => document.read(format, knownTags),
        (tag) => this.#fileKey(format, tag),
      );
    if (isExact) return await ask();
    return await this.#withHead(oldestFile, async (head) => {
      const { tag } = head;
      // Somebody may be waiting for it to appear.
      if (tag === null) return await ask();
      if (isKnown(tag, knownTags)) return this.#unchanged(tag, head);
      if (knownTags.some((known) => isBefore(tag, known))) return await ask();
      return await this.#withBody(this.#fileKey(format, tag), tag, head, ask);
    }, ask);
  }

  /** What has changed since an edition, as JSON of `Changes`; everything for null. */
  async changes(since: string | null): Promise<CachedResult> {
    // Who has what never was gets the whole document, and the same as everybody.
    const fromTo = (tag: string) => since !== null && isBefore(since, tag) ? since : null;
    const key = (tag: string) => this.#changesKey(fromTo(tag), tag);
    const ask = () => this.#ask((document) => document.changes(since), key);
    return await this.#withHead(this.#audience.longestAge, async (head) => {
      const { tag } = head;
      if (tag === null) return { status: 'missing', wait: this.#wait(head), isHit: true };
      if (since === tag) return this.#unchanged(tag, head);
      // It has been elsewhere, where more was known: nobody is taken back to what was before.
      if (since !== null && isBefore(tag, since)) return await ask();
      return await this.#withBody(key(tag), tag, head, ask);
    }, ask);
  }

  /** Goes on with the head where it is fresh enough, else asks: one request for all of this isolate. */
  async #withHead(
    oldest: number,
    whenFresh: (head: CachedVersion) => Promise<CachedResult>,
    ask: () => Promise<CachedResult>,
  ): Promise<CachedResult> {
    const { memory } = this.#cache;
    const key = this.#headKey;
    const isFresh = (head: CachedVersion) => {
      const passed = Date.now() - head.at;
      // Not where the clock was set back, or another machine's goes before ours.
      return passed >= 0 && passed < age(head, oldest);
    };
    let near = parseHead(this.#cache.near(key));
    // Without a pause in between, so that one and not all of those who came together begins to ask.
    if (near === null && memory.isBeingFetched(key, Date.now())) {
      await memory.whileOthersFetch(key, mostPatience);
      near = parseHead(this.#cache.near(key));
    }
    if (near) {
      if (isFresh(near)) return await whenFresh(near);
      // Not for long: the one who asks may have been cut off.
      const isAsked = memory.isBeingFetched(key, Date.now());
      if (isAsked && Date.now() - near.at < oldest + mostPatience) return await whenFresh(near);
    }
    return await memory.singleFlight(key, Date.now(), async () => {
      const far = parseHead(await this.#cache.far(key));
      return far && isFresh(far) ? await whenFresh(far) : await ask();
    });
  }

  async #withBody(
    key: string,
    tag: string,
    head: CachedVersion,
    ask: () => Promise<CachedResult>,
  ): Promise<CachedResult> {
    const { memory } = this.#cache;
    let body = this.#cache.near(key);
    if (body === null && memory.isBeingFetched(key, Date.now())) {
      await memory.whileOthersFetch(key, mostPatience);
      body = this.#cache.near(key);
    }
    if (body !== null) return this.#read(tag, body, head);
    return await memory.singleFlight(key, Date.now(), async () => {
      const far = await this.#cache.far(key);
      return far === null ? await ask() : this.#read(tag, far, head);
    });
  }

  /** Asks the document itself, and keeps what it says for the others. */
  async #ask(
    ask: (document: ReadableDocument) => Promise<RenderResult>,
    key: (tag: string) => string,
  ): Promise<CachedResult> {
    const reading = await ask(this.#document);
    const before = parseHead(this.#cache.near(this.#headKey));
    const at = Date.now();
    const tag = reading.status === 'missing' ? null : reading.tag;
    const head: CachedVersion = { tag, since: before?.tag === tag ? before.since : at, at };
    this.#cache.put(this.#headKey, JSON.stringify(head));
    if (reading.status === 'read') this.#cache.put(key(reading.tag), reading.body);
    return { ...reading, wait: this.#wait(head), isHit: false };
  }

  get #headKey(): string {
    return headKeyOf(this.#prefix);
  }

  #fileKey(format: Format, tag: string): string {
    return `${this.#prefix}/${tag}/${format}`;
  }

  #changesKey(since: string | null, tag: string): string {
    return `${this.#prefix}/${tag}/changes/${since ?? ''}`;
  }

  #unchanged(tag: string, head: CachedVersion): CachedResult {
    return { status: 'unchanged', tag, wait: this.#wait(head), isHit: true };
  }

  #read(tag: string, body: string, head: CachedVersion): CachedResult {
    return { status: 'read', tag, body, wait: this.#wait(head), isHit: true };
  }

  /** Until somebody asks the document, the answer is the same. */
  #wait(head: CachedVersion): number {
    const left = head.at + age(head, this.#audience.longestAge) - Date.now();
    return Math.max(1_000, Math.round(left));
  }
}

/** How old this may become before the document is asked again. */
function age({ since, at }: CachedVersion, oldest: number): number {
  return Math.min(Math.max((at - since) * agePerRest, shortestAge), oldest);
}

function prefixOf(place: string, audience: CacheScope, name: string): string {
  return `${place}/${encodeURIComponent(audience.name)}/${name}`;
}

function headKeyOf(prefix: string): string {
  return `${prefix}/head`;
}

function parseHead(text: string | null): CachedVersion | null {
  return text === null ? null : JSON.parse(text);
}

/** Whether a tag may name an earlier version of the same document than the other. */
function isBefore(tag: string, later: string): boolean {
  const [version = '', epoch] = tag.split('.');
  const [laterVersion = '', laterEpoch] = later.split('.');
  return epoch === laterEpoch && Number(version) < Number(laterVersion);
}
