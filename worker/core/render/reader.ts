import { workLimits } from '../../../protocol/limits.ts';
import type { RoomHost } from '../host.ts';
import type { RenderedRevision } from '../jobs/job.ts';
import { revisionOf } from '../jobs/run-job.ts';
import { loadWork } from '../log/load-document.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { joinUpdates, joinWork } from '../update/join-updates.ts';
import type { DocumentWork } from '../work/document-work.ts';
import { sentWork } from '../work/estimates.ts';
import { type DocumentContent, type Format, renderers } from './formats.ts';
import { LoadedDocument } from './reading/loaded-document.ts';
import { RenderJobs } from './reading/render-jobs.ts';
import type { RenderResult, StateResult } from './reading/render-result.ts';
import { revisionInterval } from './reading/revision-interval.ts';
import { Revisions } from './revisions.ts';

export type { Format, ReaderFormat } from './formats.ts';
export type { RenderResult, StateResult } from './reading/render-result.ts';

/** In a list of known tags: matches every tag (`If-None-Match: *`). */
export const anyTag = '*';

/** Stored bytes up to which a document stays loaded during compaction, which loads another `Y.Doc`. */
const maxKeptBytesInCompaction = 1024 * 1024;
/** How long clients that poll for changes are shown one revision at least, in milliseconds. */
const changesInterval = 800;
/** Without a request for this long a document is unloaded, in milliseconds. */
const idleTimeout = 30_000;

type ReaderHost = Pick<RoomHost, 'now' | 'monotonicNow' | 'report' | 'jobs' | 'work'>;

/** A version as readers are shown it, with the results rendered so far. */
interface ShownVersion {
  readonly version: number;
  readonly tag: string;
  readonly shownSince: number;
  readonly results: Map<Format, RenderResult>;
  /** By the tag that the client has; null for none. */
  readonly changes: Map<string | null, RenderResult>;
}

/**
 * Renders a document for readers. They never receive the CRDT, whose history contains deleted text.
 *
 * An unchanged version is known from its number alone. Otherwise a `Y.Doc` is loaded, once for all
 * concurrent readers, and kept while requests come: the next version then costs what has changed.
 * A large document is rendered by a job each time. While a long document is being edited, readers are
 * shown one revision for some time.
 */
export class Reader {
  readonly #log: UpdateLog;
  readonly #host: ReaderHost;
  readonly #work: DocumentWork;
  readonly #jobs: RenderJobs<ShownVersion>;
  #revisions = new Revisions();
  /** The version of the newest revision. */
  #newestRevision = 0;
  #shown: ShownVersion | null = null;
  #loaded: LoadedDocument | null = null;
  #requestedAt = 0;

  constructor(log: UpdateLog, host: ReaderHost) {
    this.#log = log;
    this.#host = host;
    this.#work = host.work;
    this.#jobs = new RenderJobs(log, host);
  }

  /**
   * Renders the document in a format, unless the reader has it already. The result of a large document
   * may come later.
   */
  read(format: Format, knownTags: readonly string[]): RenderResult | Promise<RenderResult> {
    if (!this.#log.exists) return { status: 'missing' };
    const shown = this.#currentVersion(0);
    if (isKnown(shown.tag, knownTags)) return { status: 'unchanged', tag: shown.tag };
    const rendered = shown.results.get(format);
    if (rendered) return rendered;
    if (this.#jobs.isLarge) return this.#readLarge(format, knownTags);
    return this.#withContent(shown, (content, used) => {
      // The viewer page polls for changes next.
      if (format === 'page') this.#addRevision(used, revisionOf(content));
      const result = { status: 'read', tag: used.tag, body: renderers[format](content) } as const;
      this.#work.charge(renderWork(result.body.length));
      used.results.set(format, result);
      return result;
    });
  }

  /**
   * The JSON of `Changes` from the revision `since` to the newest. Contains the whole document when
   * `since` is null, too old or unknown. The result of a large document may come later.
   */
  changes(since: string | null): RenderResult | Promise<RenderResult> {
    if (!this.#log.exists) return { status: 'missing' };
    const shown = this.#currentVersion(changesInterval);
    if (shown.tag === since) return { status: 'unchanged', tag: shown.tag };
    if (this.#revisions.has(shown.tag)) return this.#changesTo(shown, since);
    if (this.#jobs.isLarge) return this.#changesLarge(since);
    if (since !== null && this.#revisions.isEmpty) this.#restoreRevision(since);
    return this.#withContent(shown, (content, used) => {
      this.#addRevision(used, revisionOf(content));
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
    const { version } = this.#log;
    const shown = this.#shown;
    if (shown) {
      const interval = Math.max(minInterval, this.#interval());
      const isRecent = now - shown.shownSince < interval;
      const isRendered = shown.results.size + shown.changes.size > 0;
      if (shown.version === version) return shown;
      if (isRendered && (isRecent || !this.#work.hasCapacity)) return shown;
    }
    return this.#show(version);
  }

  #interval(): number {
    const { bytes } = this.#log;
    if (!this.#jobs.isLarge) return revisionInterval(bytes, 'kept');
    return revisionInterval(bytes, this.#host.jobs.isParallel ? 'loadedElsewhere' : 'loadedHere');
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
      if (!this.#loaded) this.#work.charge(this.#log.loadingUnits);
      this.#loaded ??= new LoadedDocument(this.#log.allUpdates(), this.#log.version);
      return work(this.#loaded.content, shown);
    } catch (error) {
      // The cause may be in the loaded document, so the next request loads it again.
      this.#unload();
      throw error;
    }
  }

  async #readLarge(format: Format, knownTags: readonly string[]): Promise<RenderResult> {
    const start = () => {
      const shown = this.#showLarge();
      const updates = this.#log.allUpdates();
      return { shown, job: { type: 'render', format, updates } as const };
    };
    const shown = await this.#jobs.run(`render ${format}`, start, (result, used) => {
      const { tag, results } = used;
      if (result.revision) this.#addRevision(used, result.revision);
      this.#work.charge(renderWork(result.body.length));
      results.set(format, { status: 'read', tag, body: result.body });
    });
    if ('status' in shown) return shown;
    const { tag, results } = shown;
    return isKnown(tag, knownTags) ? { status: 'unchanged', tag } : results.get(format)!; // set above
  }

  async #changesLarge(since: string | null): Promise<RenderResult> {
    const start = () => {
      const shown = this.#showLarge();
      return { shown, job: { type: 'revision', updates: this.#log.allUpdates() } as const };
    };
    const shown = await this.#jobs.run('render changes', start, (revision, used) => {
      this.#addRevision(used, revision);
    });
    if ('status' in shown) return shown;
    const { tag } = shown;
    return tag === since ? { status: 'unchanged', tag } : this.#changesTo(shown, since);
  }

  /** The newest version, to be loaded elsewhere. */
  #showLarge(): ShownVersion {
    this.#work.requireCapacity();
    this.#work.charge(this.#log.loadingUnits);
    this.#unload();
    const { version } = this.#log;
    return this.#shown?.version === version ? this.#shown : this.#show(version);
  }

  /** Applies new updates to the loaded document. Unloads it when compaction has removed some. */
  #catchUp(): void {
    const loaded = this.#loaded;
    if (!loaded) return;
    const updates = this.#log.since(loaded.version);
    if (updates === null) return this.#unload();
    this.#work.charge(loadWork(updates.reduce((sum, { length }) => sum + length, 0)));
    loaded.apply(updates, this.#log.version);
  }

  /**
   * Adds the revision that a client has, when the log still has the updates after it. After a wake
   * there are no revisions: without this, the first change would send every client the whole document.
   */
  #restoreRevision(tag: string): void {
    const version = Number.parseInt(tag);
    if (!(version > 0 && version < this.#log.version) || tag !== this.#tagOf(version)) return;
    const later = this.#log.since(version);
    if (later === null) return;
    this.#work.requireCapacity();
    this.#work.charge(this.#log.loadingUnits);
    const updates = this.#log.allUpdates();
    this.#unload();
    const earlier = updates.slice(0, updates.length - later.length);
    this.#loaded = new LoadedDocument(earlier, version);
    this.#addRevision({ tag, version }, revisionOf(this.#loaded.content));
  }

  /** Adds a revision that is newer than the others. */
  #addRevision(
    { tag, version }: Pick<ShownVersion, 'tag' | 'version'>,
    revision: RenderedRevision,
  ): void {
    if (version < this.#newestRevision) return;
    this.#newestRevision = version;
    this.#revisions.add(tag, revision);
  }

  #changesTo({ changes }: ShownVersion, since: string | null): RenderResult {
    const from = since !== null && this.#revisions.has(since) ? since : null;
    const computed = changes.get(from);
    if (computed) return computed;
    const found = this.#revisions.changesSince(from);
    const result = { status: 'read', tag: found.version, body: JSON.stringify(found) } as const;
    this.#work.charge(renderWork(result.body.length));
    changes.set(from, result);
    return result;
  }

  #unload(): void {
    this.#loaded?.destroy();
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
