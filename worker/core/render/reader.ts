import * as Y from 'yjs';
import { limits, workLimits } from '../../../protocol/limits.ts';
import type { RoomHost } from '../host.ts';
import { collectGarbage, loadDocument, loadWork } from '../log/load-document.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { joinUpdates, joinWork } from '../update/join-updates.ts';
import type { DocumentWork } from '../work/document-work.ts';
import { sentWork } from '../work/estimates.ts';
import { BlockCache } from './block-cache.ts';
import { type DocumentContent, type Format, readDocument, renderers } from './formats.ts';
import { renderBlocks } from './html.ts';
import { Revisions } from './revisions.ts';

export type { Format } from './formats.ts';

/** In a list of known tags: matches every tag (`If-None-Match: *`). */
export const anyTag = '*';

type NotRendered =
  /** The document does not exist. */
  | { readonly status: 'missing' }
  /** The reader already has this version. */
  | { readonly status: 'unchanged'; readonly tag: string };

export type RenderResult =
  | NotRendered
  | {
    readonly status: 'read';
    /** `version.epoch`: identifies this content forever. An ETag without quotes. */
    readonly tag: string;
    readonly body: string;
  };

/** The whole document, history included, as one Yjs update. */
export type StateResult =
  | NotRendered
  | { readonly status: 'read'; readonly tag: string; readonly update: Uint8Array };

/**
 * Stored bytes up to which a document stays loaded between requests. A `Y.Doc` takes about sixteen
 * times as much memory. A larger document is loaded for each rendering, and rendered less often.
 */
const maxKeptBytes = 6 * 1024 * 1024;
/** Stored bytes up to which it also stays loaded during compaction, which loads another `Y.Doc`. */
const maxKeptBytesInCompaction = 1024 * 1024;
/** Stored bytes up to which rendering is too cheap to be limited. */
const unlimitedBytes = 64 * 1024;
/**
 * How long readers are shown one revision, in milliseconds per stored byte: the thread that renders
 * cannot answer editors meanwhile. It depends on the size and not on a measured time, because on
 * Cloudflare the clock stands still while code runs.
 */
const msPerKeptByte = 1 / 1024;
const msPerLoadedByte = 8 / 1024;
/** How long clients that poll for changes are shown one revision at least, in milliseconds. */
const changesInterval = 800;
/** Without a request for this long a document is unloaded, in milliseconds. */
const idleTimeout = 30_000;

/** A version as readers are shown it, with the results rendered so far. */
interface ShownVersion {
  readonly version: number;
  readonly tag: string;
  readonly shownSince: number;
  readonly results: Map<Format, RenderResult>;
  /** By the tag that the client has; null for none. */
  readonly changes: Map<string | null, RenderResult>;
}

interface LoadedDocument {
  readonly doc: Y.Doc;
  readonly cache: BlockCache;
  version: number;
  /** Bytes of updates since garbage was collected. */
  uncollectedBytes: number;
  /** Null until this version is read. */
  content: DocumentContent | null;
}

/**
 * Renders a document for readers. They never receive the CRDT, whose history contains deleted text.
 *
 * An unchanged version is known from its number alone. Otherwise a `Y.Doc` is loaded, once for all
 * concurrent readers, and kept while requests come: the next version then costs what has changed.
 * While a long document is being edited, readers are shown one revision for some time.
 */
export class Reader {
  readonly #log: UpdateLog;
  readonly #host: Pick<RoomHost, 'monotonicNow'>;
  readonly #work: DocumentWork;
  #revisions = new Revisions();
  #shown: ShownVersion | null = null;
  #loaded: LoadedDocument | null = null;
  #requestedAt = 0;

  constructor(log: UpdateLog, host: Pick<RoomHost, 'monotonicNow' | 'work'>) {
    this.#log = log;
    this.#host = host;
    this.#work = host.work;
  }

  /** Renders the document in a format, unless the reader has it already. */
  read(format: Format, knownTags: readonly string[]): RenderResult {
    if (!this.#log.exists) return { status: 'missing' };
    const shown = this.#currentVersion(0);
    if (isKnown(shown.tag, knownTags)) return { status: 'unchanged', tag: shown.tag };
    const rendered = shown.results.get(format);
    if (rendered) return rendered;
    return this.#withContent(shown, (content, { tag, results }) => {
      // The viewer page polls for changes next.
      if (format === 'page') this.#addRevision(tag, content);
      const result = { status: 'read', tag, body: renderers[format](content) } as const;
      this.#work.charge(renderWork(result.body.length));
      results.set(format, result);
      return result;
    });
  }

  /**
   * The JSON of `Changes` from the revision `since` to the newest. Contains the whole document when
   * `since` is null, too old or unknown.
   */
  changes(since: string | null): RenderResult {
    if (!this.#log.exists) return { status: 'missing' };
    const shown = this.#currentVersion(changesInterval);
    if (shown.tag === since) return { status: 'unchanged', tag: shown.tag };
    if (this.#revisions.has(shown.tag)) return this.#changesTo(shown, since);
    if (since !== null && this.#revisions.isEmpty) this.#restoreRevision(since);
    return this.#withContent(shown, (content, used) => {
      this.#addRevision(used.tag, content);
      return this.#changesTo(used, since);
    });
  }

  /** The whole document as one Yjs update, for clients with the permission to edit. */
  state(knownTags: readonly string[]): StateResult {
    if (!this.#log.exists) return { status: 'missing' };
    const tag = this.#tagOf(this.#log.version);
    if (isKnown(tag, knownTags)) return { status: 'unchanged', tag };
    this.#work.requireCapacity();
    const updates = this.#log.allUpdates();
    const update = joinUpdates(updates);
    this.#work.charge(joinWork(updates) + sentWork(update.length));
    return { status: 'read', tag, update };
  }

  /** Frees memory for compaction: two copies of a long document may be too much. */
  freeForCompaction(): void {
    if (this.#log.bytes > maxKeptBytesInCompaction) this.#unload();
  }

  /** Unloads the document when there was no request for some time. Call it regularly. */
  sweep(): void {
    if (this.#host.monotonicNow() - this.#requestedAt < idleTimeout) return;
    this.#unload();
    this.#shown = null;
    this.#revisions = new Revisions();
  }

  /** The newest version, or the last one shown while that is recent enough. */
  #currentVersion(minInterval: number): ShownVersion {
    const now = this.#requestedAt = this.#host.monotonicNow();
    const { version, bytes } = this.#log;
    const shown = this.#shown;
    if (shown) {
      const interval = Math.max(minInterval, intervalFor(bytes));
      const isRecent = now - shown.shownSince < interval;
      const isRendered = shown.results.size + shown.changes.size > 0;
      if (shown.version === version) return shown;
      if (isRendered && (isRecent || !this.#work.hasCapacity)) return shown;
    }
    return this.#show(version);
  }

  #show(version: number): ShownVersion {
    return this.#shown = {
      version,
      tag: this.#tagOf(version),
      shownSince: this.#host.monotonicNow(),
      results: new Map(),
      changes: new Map(),
    };
  }

  /** Calls `work` with the content of a version, or of the newest when that is no longer available. */
  #withContent<T>(
    wanted: ShownVersion,
    work: (content: DocumentContent, shown: ShownVersion) => T,
  ): T {
    this.#work.requireCapacity();
    const isLoaded = this.#loaded?.version === wanted.version;
    const shown = isLoaded || wanted.version === this.#log.version
      ? wanted
      : this.#show(this.#log.version);
    try {
      if (!isLoaded) this.#catchUp();
      if (!this.#loaded) this.#work.charge(loadWork(this.#log.bytes));
      const loaded = this.#loaded ??= load(this.#log.allUpdates(), this.#log.version);
      loaded.content ??= readDocument(loaded.doc, loaded.cache);
      return work(loaded.content, shown);
    } catch (error) {
      // The cause may be in the loaded document, so the next request loads it again.
      this.#unload();
      throw error;
    } finally {
      if (this.#log.bytes > maxKeptBytes) this.#unload();
    }
  }

  /** Applies new updates to the loaded document. Unloads it when compaction has removed some. */
  #catchUp(): void {
    const loaded = this.#loaded;
    if (!loaded) return;
    const updates = this.#log.since(loaded.version);
    if (updates === null) return this.#unload();
    loaded.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(loaded.doc, update);
    });
    const bytes = updates.reduce((sum, { length }) => sum + length, 0);
    this.#work.charge(loadWork(bytes));
    loaded.uncollectedBytes += bytes;
    if (loaded.uncollectedBytes > limits.tailBytes) {
      collectGarbage(loaded.doc);
      loaded.uncollectedBytes = 0;
    }
    loaded.version = this.#log.version;
    loaded.content = null;
  }

  /**
   * Adds the revision that a client has, when the log still has the updates after it. After a wake
   * there are no revisions: without this, the first change would send every client the whole document.
   */
  #restoreRevision(tag: string): void {
    const version = Number.parseInt(tag);
    if (!(version > 0 && version < this.#log.version) || tag !== this.#tagOf(version)) return;
    const later = this.#log.since(version);
    if (later === null || this.#log.bytes > maxKeptBytes) return;
    this.#work.requireCapacity();
    this.#work.charge(loadWork(this.#log.bytes));
    const updates = this.#log.allUpdates();
    this.#unload();
    this.#loaded = load(updates.slice(0, updates.length - later.length), version);
    this.#addRevision(tag, readDocument(this.#loaded.doc, this.#loaded.cache));
  }

  #addRevision(tag: string, { title, blocks }: DocumentContent): void {
    this.#revisions.add(tag, title, renderBlocks(blocks));
  }

  #changesTo({ tag, changes }: ShownVersion, since: string | null): RenderResult {
    const from = since !== null && this.#revisions.has(since) ? since : null;
    const computed = changes.get(from);
    if (computed) return computed;
    const body = JSON.stringify(this.#revisions.changesSince(from));
    const result = { status: 'read', tag, body } as const;
    this.#work.charge(renderWork(body.length));
    changes.set(from, result);
    return result;
  }

  #unload(): void {
    this.#loaded?.doc.destroy();
    this.#loaded = null;
  }

  #tagOf(version: number): string {
    return `${version}.${this.#log.epoch}`;
  }
}

/** Whether a reader with these tags has this version. */
export function isKnown(tag: string, knownTags: readonly string[]): boolean {
  return knownTags.includes(tag) || knownTags.includes(anyTag);
}

/** Units for rendering this many characters. */
function renderWork(characters: number): number {
  return characters / workLimits.renderedCharacters;
}

/** How long a document of this size is shown in one revision, in milliseconds. */
function intervalFor(bytes: number): number {
  if (bytes <= unlimitedBytes) return 0;
  return bytes * (bytes <= maxKeptBytes ? msPerKeptByte : msPerLoadedByte);
}

function load(updates: readonly Uint8Array[], version: number): LoadedDocument {
  const doc = loadDocument(updates);
  return { doc, cache: new BlockCache(doc), version, uncollectedBytes: 0, content: null };
}
