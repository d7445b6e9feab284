import { isKnown, type ReaderFormat, type RenderResult } from '../core/render/reader.ts';
import { Problem, unavailableCode } from '../http/problem.ts';
import { ageOf, type EdgeCache } from './edge-cache.ts';
import {
  type CachedResult,
  type ReadableDocument,
  type Renderings,
  requireAvailable,
} from './renderings.ts';

/** The clients that share cached results. */
export interface CacheScope {
  /**
   * Part of the cache's keys. That of a key contains its hash, so only clients with the key share
   * results. A revoked key's results expire after {@link maxAge}, unless they are removed before.
   */
  readonly name: string;
  /** The maximum age of a result, in milliseconds; reached only by a document that rests. */
  readonly maxAge: number;
}

/** The clients with one key; `hash` is the hash of the key. */
export function keyScope(hash: string): CacheScope {
  return { name: `key-${hash}`, maxAge: 5_000 };
}

/** The clients of open mode. */
export const publicScope: CacheScope = { name: 'open', maxAge: 30_000 };

/** One document at one URL of the service. */
interface DocumentAddress {
  /** The URL of the service, without a slash at the end. */
  readonly base: string;
  readonly name: string;
}

/** Removes what is cached of a document for these keys and for open mode, in this data center. */
export function invalidateRenderings(
  cache: EdgeCache,
  address: DocumentAddress,
  hashes: readonly string[],
): void {
  for (const scope of [publicScope, ...hashes.map(keyScope)]) {
    cache.delete(versionKey(prefixOf(address, scope)));
  }
}

/** The version of a document that the cache knows. */
interface CachedVersion {
  /** Null if the document does not exist. */
  readonly tag: string | null;
  /** When this tag was first seen, in milliseconds since the epoch. */
  readonly since: number;
  /** When the document was last called, in milliseconds since the epoch. */
  readonly at: number;
}

/** The maximum age while the document is being edited, in milliseconds. */
const minAge = 800;
/** The maximum age while the document rests, as a fraction of the time since its last change. */
const agePerRest = 0.1;
/** The maximum age of a page or a file, in milliseconds: its reader expects the latest change. */
const maxFileAge = 2_000;
/** The maximum age while the document restarts, in milliseconds. */
const maxReuseAge = 60_000;
/** How long to wait for another request that fetches the same, in milliseconds. */
const fetchTimeout = 1_000;

/**
 * Renderings through the cache. One entry holds the document's version. It expires after
 * {@link minAge} while the document is being edited, and later the longer the document rests. The other
 * entries have the version in their keys, and so never expire.
 *
 * While one request of the isolate replaces an expired version, the others get the old one.
 */
export class CachedRenderings implements Renderings {
  readonly #cache: EdgeCache;
  readonly #document: ReadableDocument;
  readonly #scope: CacheScope;
  readonly #prefix: string;

  constructor(
    cache: EdgeCache,
    document: ReadableDocument,
    { scope, ...address }: DocumentAddress & { readonly scope: CacheScope },
  ) {
    this.#cache = cache;
    this.#document = document;
    this.#scope = scope;
    this.#prefix = prefixOf(address, scope);
  }

  async read(
    format: ReaderFormat,
    knownTags: readonly string[],
    { fresh }: { readonly fresh: boolean },
  ): Promise<CachedResult> {
    const key = (tag: string) => `${this.#prefix}/${tag}/${format}`;
    const load = () =>
      this.#load(() => this.#document.call({ type: 'read', format, knownTags }), key);
    if (fresh) return await load();
    return await this.#withVersion(maxFileAge, load, async (version) => {
      const { tag } = version;
      // The client may be waiting for the document to be created.
      if (tag === null) return await load();
      if (isKnown(tag, knownTags)) return this.#unchanged(tag, version);
      // The client has a newer version from elsewhere.
      if (knownTags.some((known) => isBefore(tag, known))) return await load();
      return await this.#withBody(key(tag), tag, version, load);
    });
  }

  async changes(
    since: string | null,
    { fresh }: { readonly fresh: boolean },
  ): Promise<CachedResult> {
    // An unknown revision shares the entry of the whole document.
    const from = (tag: string) => since !== null && isBefore(since, tag) ? since : '';
    const key = (tag: string) => `${this.#prefix}/${tag}/changes/${from(tag)}`;
    const load = () => this.#load(() => this.#document.call({ type: 'changes', since }), key);
    if (fresh) return await load();
    return await this.#withVersion(this.#scope.maxAge, load, async (version) => {
      const { tag } = version;
      if (tag === null) return { status: 'missing', wait: this.#wait(version), isHit: true };
      if (since === tag) return this.#unchanged(tag, version);
      // The client has a newer version from elsewhere: it must not get an older one.
      if (since !== null && isBefore(tag, since)) return await load();
      return await this.#withBody(key(tag), tag, version, load);
    });
  }

  #withVersion(
    maxAge: number,
    load: () => Promise<CachedResult>,
    use: (version: CachedVersion) => Promise<CachedResult>,
  ): Promise<CachedResult> {
    return this.#cache.useOrLoad(versionKey(this.#prefix), {
      parse(text, { isBeingFetched }) {
        const version = parseVersion(text);
        const age = ageOf(version.at);
        if (age < expiryOf(version, maxAge)) return version;
        // Only for a moment: the request that replaces it may have been aborted.
        return isBeingFetched && age < maxAge + fetchTimeout ? version : null;
      },
      use,
      load: () => this.#loadOrReuse(load, use),
      timeout: fetchTimeout,
    });
  }

  /** While the document restarts, readers get what was. */
  async #loadOrReuse(
    load: () => Promise<CachedResult>,
    use: (version: CachedVersion) => Promise<CachedResult>,
  ): Promise<CachedResult> {
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== unavailableCode) throw error;
      const text = this.#cache.local(versionKey(this.#prefix));
      const version = text === null ? null : parseVersion(text);
      if (version === null || ageOf(version.at) > maxReuseAge) throw error;
      return await use(version);
    }
  }

  #withBody(
    key: string,
    tag: string,
    version: CachedVersion,
    load: () => Promise<CachedResult>,
  ): Promise<CachedResult> {
    return this.#cache.useOrLoad<string, CachedResult>(key, {
      parse: (body) => body,
      use: (body) => ({ status: 'read', tag, body, wait: this.#wait(version), isHit: true }),
      load,
      timeout: fetchTimeout,
    });
  }

  /** Calls the document and stores the result. */
  async #load(
    call: () => Promise<RenderResult>,
    key: (tag: string) => string,
  ): Promise<CachedResult> {
    const result = requireAvailable(await call());
    const previous = this.#cache.local(versionKey(this.#prefix));
    const before = previous === null ? null : parseVersion(previous);
    const at = Date.now();
    const tag = result.status === 'missing' ? null : result.tag;
    const version: CachedVersion = { tag, since: before?.tag === tag ? before.since : at, at };
    this.#cache.put(versionKey(this.#prefix), JSON.stringify(version));
    if (result.status === 'read') this.#cache.put(key(result.tag), result.body);
    return { ...result, wait: this.#wait(version), isHit: false };
  }

  #unchanged(tag: string, version: CachedVersion): CachedResult {
    return { status: 'unchanged', tag, wait: this.#wait(version), isHit: true };
  }

  /** Until the version expires, the result stays the same. */
  #wait(version: CachedVersion): number {
    const left = version.at + expiryOf(version, this.#scope.maxAge) - Date.now();
    return Math.max(1_000, Math.round(left));
  }
}

/** The age at which a version expires, in milliseconds. */
function expiryOf({ since, at }: CachedVersion, maxAge: number): number {
  return Math.min(Math.max((at - since) * agePerRest, minAge), maxAge);
}

function prefixOf({ base, name }: DocumentAddress, scope: CacheScope): string {
  return `${base}/~readings/${encodeURIComponent(scope.name)}/${name}`;
}

function versionKey(prefix: string): string {
  return `${prefix}/head`;
}

function parseVersion(text: string): CachedVersion {
  return JSON.parse(text);
}

/** Whether a tag is of an earlier version of the same document. */
function isBefore(tag: string, later: string): boolean {
  const [version = '', epoch] = tag.split('.');
  const [laterVersion = '', laterEpoch] = later.split('.');
  return epoch === laterEpoch && Number(version) < Number(laterVersion);
}
