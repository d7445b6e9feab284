import * as Y from 'yjs';
import { loadDocument } from '../log/compaction.ts';
import type { RoomHost } from '../host.ts';
import { BlockCache } from './block-cache.ts';
import { Revisions } from './revisions.ts';
import { renderParts } from './html.ts';
import { type Format, type ReadDocument, readDocument, renderers } from './formats.ts';
import type { UpdateLog } from '../log/update-log.ts';

export type { Format } from './formats.ts';

/** Among the tags a reader knows: whatever there is, it needs no copy of it. */
export const anyTag = '*';

/** What a reader gets. */
export type RenderResult =
  /** Nothing was ever stored under this name. */
  | { readonly status: 'missing' }
  /** The reader has this version already. */
  | { readonly status: 'unchanged'; readonly tag: string }
  | {
    readonly status: 'read';
    /** Names this content for ever: the version and the epoch. An ETag without its quotes. */
    readonly tag: string;
    readonly body: string;
  };

/** What an editor gets: the same, as a Yjs update. */
export type State =
  | Exclude<RenderResult, { status: 'read' }>
  | { readonly status: 'read'; readonly tag: string; readonly update: Uint8Array };

/**
 * Stored bytes up to which a document stays in memory between readings; as a `Y.Doc` it takes about
 * sixteen times as much. A larger one is loaded for each reading, and read less often.
 */
const keptBytes = 6 * 1024 * 1024;
/** From here on it is not kept while compaction has a document of its own. */
const sharedBytes = 1024 * 1024;
/** Up to here a reading costs next to nothing. */
const freeBytes = 64 * 1024;
/**
 * Milliseconds that a reading holds for each stored byte, so that reading takes a small part of the
 * time whatever the document's length: a thread that renders does not answer editors. Lengths are
 * counted, not times, because no clock moves within a turn.
 */
const keptPace = 1 / 1024;
const loadedPace = 8 / 1024;
/** How long those who follow a document are all shown the same edition, in milliseconds. */
const followPace = 800;
/** Without a question for so long the document is forgotten, in milliseconds. */
const patience = 30_000;

/** The content at one version, as far as it was asked for. */
interface Edition {
  readonly version: number;
  readonly tag: string;
  readonly at: number;
  readonly readings: Map<Format, RenderResult>;
  /** What {@link Reader.changes} answered to those who had an edition, and to those who had none. */
  readonly changes: Map<string | null, RenderResult>;
}

/** A loaded document, and how far it is. */
interface Kept {
  readonly doc: Y.Doc;
  readonly memory: BlockCache;
  version: number;
  read: ReadDocument | null;
}

/**
 * Reads a document for those who only look. They get renderings, never the CRDT's history, so text
 * that was deleted does not leak.
 *
 * That nothing is new is known from the version alone. Else a `Y.Doc` is filled, once for however
 * many ask, and kept for as long as they go on asking: the next version costs what has changed.
 * While a long document is being edited, readers are shown one edition for a while.
 */
export class Reader {
  readonly #log: UpdateLog;
  readonly #host: Pick<RoomHost, 'now'>;
  #editions = new Revisions();
  #edition: Edition | null = null;
  #kept: Kept | null = null;
  #askedAt = 0;

  constructor(log: UpdateLog, host: Pick<RoomHost, 'now'>) {
    this.#log = log;
    this.#host = host;
  }

  /** The document in one format, unless the reader has it already. */
  read(format: Format, knownTags: readonly string[]): RenderResult {
    if (!this.#log.exists) return { status: 'missing' };
    const edition = this.#current(0);
    if (isKnown(edition.tag, knownTags)) return { status: 'unchanged', tag: edition.tag };
    const done = edition.readings.get(format);
    if (done) return done;
    return this.#use(edition, (read, { tag, readings }) => {
      // Who is shown the page will ask what has changed since.
      if (format === 'page') this.#editions.add(tag, read.title, renderParts(read.blocks));
      const reading = { status: 'read', tag, body: renderers[format](read) } as const;
      readings.set(format, reading);
      return reading;
    });
  }

  /**
   * What leads from an edition to the newest, as JSON of `Changes`: the whole document where `since`
   * is null, or too old, or names nothing.
   */
  changes(since: string | null): RenderResult {
    if (!this.#log.exists) return { status: 'missing' };
    const edition = this.#current(followPace);
    if (edition.tag === since) return { status: 'unchanged', tag: edition.tag };
    if (this.#editions.has(edition.tag)) return this.#changesTo(edition, since);
    if (since !== null && this.#editions.isEmpty) this.#beginWith(since);
    return this.#use(edition, (read, used) => {
      this.#editions.add(used.tag, read.title, renderParts(read.blocks));
      return this.#changesTo(used, since);
    });
  }

  /** Everything the document holds and ever held, for those who may edit it: one Yjs update. */
  state(knownTags: readonly string[]): State {
    if (!this.#log.exists) return { status: 'missing' };
    const tag = this.#tagOf(this.#log.version);
    if (isKnown(tag, knownTags)) return { status: 'unchanged', tag };
    const doc = loadDocument(this.#log.allUpdates());
    try {
      return { status: 'read', tag, update: Y.encodeStateAsUpdate(doc) };
    } finally {
      doc.destroy();
    }
  }

  /** To be called before compaction: two copies of a long document may be one too many. */
  makeRoom(): void {
    if (this.#log.bytes > sharedBytes) this.#drop();
  }

  /** To be called now and then: a document that nobody reads any more is forgotten. */
  sweep(): void {
    const quiet = this.#host.now() - this.#askedAt;
    if (quiet >= 0 && quiet < patience) return;
    this.#drop();
    this.#edition = null;
    this.#editions = new Revisions();
  }

  /** What readers are shown now: the newest, or for a moment still what they were shown last. */
  #current(pace: number): Edition {
    const now = this.#askedAt = this.#host.now();
    const { version, bytes } = this.#log;
    const edition = this.#edition;
    if (edition) {
      const cost = bytes <= freeBytes ? 0 : bytes * (bytes <= keptBytes ? keptPace : loadedPace);
      const age = now - edition.at;
      // A clock that was set back must not stop the readers' time.
      const isFresh = age >= 0 && age < Math.max(pace, cost);
      const isRendered = edition.readings.size + edition.changes.size > 0;
      if (edition.version === version || isFresh && isRendered) return edition;
    }
    return this.#begin(version);
  }

  #begin(version: number): Edition {
    const [at, tag] = [this.#host.now(), this.#tagOf(version)];
    return this.#edition = { version, tag, at, readings: new Map(), changes: new Map() };
  }

  /** Lets `work` read the document at this edition, or, where that is gone, at the newest. */
  #use<T>(wanted: Edition, work: (read: ReadDocument, edition: Edition) => T): T {
    const isAtHand = this.#kept?.version === wanted.version;
    const edition = isAtHand || wanted.version === this.#log.version
      ? wanted
      : this.#begin(this.#log.version);
    try {
      if (!isAtHand) this.#catchUp();
      const kept = this.#kept ??= this.#load(this.#log.allUpdates(), this.#log.version);
      kept.read ??= readDocument(kept.doc, kept.memory);
      return work(kept.read, edition);
    } catch (error) {
      // Whatever it was, it may lie in what is in memory.
      this.#drop();
      throw error;
    } finally {
      if (this.#log.bytes > keptBytes) this.#drop();
    }
  }

  /** Brings the document in memory up to date, or drops it where it is too far behind. */
  #catchUp(): void {
    const kept = this.#kept;
    if (!kept) return;
    const updates = this.#log.since(kept.version);
    if (updates === null) return this.#drop();
    kept.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(kept.doc, update);
    });
    kept.version = this.#log.version;
    kept.read = null;
  }

  /**
   * After a wake no edition is known. The one somebody has is made again where the log still tells
   * it from what came after: so one letter after a pause does not send everybody the whole document.
   */
  #beginWith(tag: string): void {
    const version = Number.parseInt(tag);
    if (!(version > 0 && version < this.#log.version) || tag !== this.#tagOf(version)) return;
    const later = this.#log.since(version);
    if (later === null || this.#log.bytes > keptBytes) return;
    const updates = this.#log.allUpdates();
    this.#drop();
    this.#kept = this.#load(updates.slice(0, updates.length - later.length), version);
    const { title, blocks } = readDocument(this.#kept.doc, this.#kept.memory);
    this.#editions.add(tag, title, renderParts(blocks));
  }

  #changesTo({ tag, changes }: Edition, since: string | null): RenderResult {
    const from = since !== null && this.#editions.has(since) ? since : null;
    const done = changes.get(from);
    if (done) return done;
    const body = JSON.stringify(this.#editions.changesSince(from));
    const reading = { status: 'read', tag, body } as const;
    changes.set(from, reading);
    return reading;
  }

  #load(updates: readonly Uint8Array[], version: number): Kept {
    const doc = loadDocument(updates);
    return { doc, memory: new BlockCache(doc), version, read: null };
  }

  #drop(): void {
    this.#kept?.doc.destroy();
    this.#kept = null;
  }

  #tagOf(version: number): string {
    return `${version}.${this.#log.epoch}`;
  }
}

/** Whether somebody who has these needs nothing. */
export function isKnown(tag: string, knownTags: readonly string[]): boolean {
  return knownTags.includes(tag) || knownTags.includes(anyTag);
}
