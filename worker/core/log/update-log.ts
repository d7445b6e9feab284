import type { RoomHost } from '../host.ts';
import { UnfinishedJobs } from '../jobs/unfinished-jobs.ts';
import type { SqlDatabase } from '../sql.ts';
import { ItemIndex } from '../update/item-index.ts';
import { LogState, type UpdateContents } from '../update/log-state.ts';
import { readContents } from '../update/update-walk.ts';
import { takeVersions } from '../history/take-versions.ts';
import { VersionTables } from '../history/version-tables.ts';
import type { CompactedLog, TakenLog } from './compaction.ts';
import { emptyHead, type Head } from './head.ts';
import { loadWork } from './load-document.ts';
import { isTailLong, mustStoreSteps, workOf } from './work.ts';
import { LogTables, type StoredUpdate } from './log-tables.ts';
import { restoreItems, restoreState } from './restore.ts';
import { Tombstones } from './tombstones.ts';

/** The user stored with a Yjs client id, as JSON. Null for an unknown user. */
export type Author = string | null;

/**
 * A stored document: a snapshot, and the updates stored after it (the tail).
 *
 * A version is the count of updates ever stored. It never decreases, also not by compaction, so epoch
 * and version together identify one content forever. The database stays empty until the document is
 * created or first written: a request for a missing document must not write.
 *
 * Memory changes only after the database has: a statement that throws leaves both as they were.
 */
export class UpdateLog {
  /** The deleted documents of this name. */
  readonly tombstones: Tombstones;
  /** Jobs on the document that have not finished. */
  readonly unfinished: UnfinishedJobs;
  /** The versions that are kept. Use it only when the document exists. */
  readonly versions: VersionTables;
  readonly #tables: LogTables;
  readonly #host: Pick<RoomHost, 'now' | 'randomId' | 'report'>;
  #head: Head | null = null;
  #state: LogState | null = null;
  #items: ItemIndex | null = null;
  /** The update that `#items` contains and the log does not yet. */
  #admitted: Uint8Array | null = null;
  /** Versions in the tail that must not reach a client. Filled when `#state` is. */
  readonly #quarantined = new Set<number>();

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now' | 'randomId' | 'report'>) {
    this.#tables = new LogTables(sql);
    this.tombstones = new Tombstones(sql);
    this.unfinished = new UnfinishedJobs(sql);
    this.versions = new VersionTables(sql);
    this.#host = host;
  }

  /** Whether the document was created. */
  get exists(): boolean {
    return this.#read().exists;
  }

  /** Identifies this incarnation of the document. Changes at each wake until the document exists. */
  get epoch(): string {
    return this.#read().epoch;
  }

  /** Count of updates ever stored. */
  get version(): number {
    return this.#read().version;
  }

  /** The highest schema number an editor has written with; 0 when none was stated. */
  get schema(): number {
    return this.#read().schema;
  }

  /** Bytes stored. Compaction reduces them. */
  get bytes(): number {
    const { snapshotBytes, tailBytes } = this.#read();
    return snapshotBytes + tailBytes;
  }

  /** State vector and delete set of everything stored. Read-only for callers. */
  get state(): LogState {
    return this.#state ??= this.#rebuildState();
  }

  /** Count of stored updates that are quarantined, also by earlier compactions. */
  get quarantined(): number {
    if (!this.exists) return 0;
    this.#state ??= this.#rebuildState(); // fills the quarantine
    return this.#quarantined.size + this.#tables.countUpdatesUntil(this.#read().compacted);
  }

  /** Units for loading the document. Steps that were never counted are free. */
  get loadingUnits(): number {
    return loadWork(this.bytes + (this.#items?.loadingSteps ?? this.#read().steps ?? 0));
  }

  /** The work of loading the document, see {@link workOf}. */
  get work(): number {
    return workOf(this.bytes, this.#items?.loadingSteps ?? this.#read().steps);
  }

  /**
   * When compaction is due, in milliseconds since the epoch: 0 for now, Infinity while the tail is
   * short, see {@link isTailLong}.
   */
  get compactionDueAt(): number {
    const head = this.#read();
    return isTailLong(head, this.#items?.stepsSinceSnapshot ?? 0)
      ? this.unfinished.startableAt(compactionJob, head.version, this.#host.now())
      : Infinity;
  }

  /** Creates an empty document. */
  create(): void {
    const head = this.#read();
    this.#tables.insertDocument({ epoch: head.epoch, created: this.#host.now() });
    head.exists = true;
  }

  /** Drops everything cached. Call it after writing to the database without this class. */
  invalidate(): void {
    this.#head = null;
    this.#state = this.#items = this.#admitted = null;
    this.#quarantined.clear();
    this.unfinished.invalidate();
  }

  /**
   * Returns a complete update as it is to be stored, or null when the document would exceed its limits
   * with it. Throws a `ProtocolError` when the update is forbidden. See `ItemIndex.add`. Call
   * {@link append} next, in the same turn.
   */
  admit(update: Uint8Array): Uint8Array | null {
    if (this.#admitted) this.#items = this.#admitted = null;
    this.#items ??= this.#readItems();
    return this.#admitted = this.#items.add(update);
  }

  /** The units that the last {@link admit} took. */
  get admissionWork(): number {
    return this.#items?.addedWork ?? 0;
  }

  /**
   * Stores a complete update and returns its version. Writes one row for a keystroke; more for a new
   * document, a new client id, a higher schema, or an update over 1 MiB. `schema` is that of the
   * author's editor; 0 when unknown.
   */
  append(update: Uint8Array, contents: UpdateContents, author: Author, schema = 0): number {
    const head = this.#read();
    const { state } = this;
    const version = head.version + 1;
    // Built again when the statement throws.
    const items = this.#admitted === update ? this.#items : null;
    this.#items = this.#admitted = null;
    const steps = items?.loadingSteps ?? null;
    const newSteps = steps !== null && mustStoreSteps(steps, head.steps) ? steps : null;
    const rows = this.#tables.insertUpdate({
      version,
      update,
      at: this.#host.now(),
      newClients: [...contents.structs.keys()].filter((client) => state.clockOf(client) === 0),
      author,
      newSchema: schema > head.schema ? schema : null,
      newSteps,
      newDocument: head.exists ? null : { epoch: head.epoch, created: this.#host.now() },
    });
    head.exists = true;
    head.version = version;
    head.schema = Math.max(head.schema, schema);
    if (newSteps !== null) head.steps = newSteps;
    head.tailRows += rows;
    head.tailBytes += update.length;
    state.add(contents);
    this.#items = items;
    return version;
  }

  /** The updates stored after a version. Null when they are not all in the tail. */
  since(version: number): Uint8Array[] | null {
    const { version: newest, compacted } = this.#read();
    if (version < compacted || version > newest) return null;
    return version === newest ? [] : this.#updatesAfter(version).map(updateOf);
  }

  /** The snapshot as one update. Null before the first compaction. */
  snapshot(): Uint8Array | null {
    return this.exists ? this.#tables.readSnapshot() : null;
  }

  /** State vector and delete set of the snapshot alone, encoded. Null before the first compaction. */
  snapshotState(): Uint8Array | null {
    return this.exists ? this.#tables.readSnapshotState() : null;
  }

  /** The updates stored since the last compaction. */
  tail(): Uint8Array[] {
    return this.storedTail().map(updateOf);
  }

  /** The updates since the last compaction, with their versions. */
  storedTail(): StoredUpdate[] {
    return this.exists ? this.#updatesAfter(this.#read().compacted) : [];
  }

  /** The snapshot, if there is one, then the tail. Applied in this order they are the document. */
  allUpdates(tail: readonly StoredUpdate[] = this.storedTail()): Uint8Array[] {
    const snapshot = this.snapshot();
    return [...snapshot ? [snapshot] : [], ...tail.map(updateOf)];
  }

  /** What a compaction merges. Null when there is nothing to merge. */
  takeForCompaction(): TakenLog | null {
    const { epoch, compacted, version, tailRows } = this.#read();
    if (tailRows === 0) return null;
    const stateVector = this.state.encodeStateVector();
    const hasFailed = (this.unfinished.get(compactionJob)?.attempts ?? 0) > 2;
    const tail = this.storedTail();
    const log = { tail, state: this.snapshotState(), bytes: this.bytes };
    const history = takeVersions(this.versions, log, hasFailed);
    return { epoch, compacted, version, updates: this.allUpdates(tail), stateVector, history };
  }

  /**
   * Replaces what was taken by its compaction, in one transaction. Updates that were stored meanwhile
   * remain the tail. Returns the update that removed unreadable content, which is now the newest; null
   * when there was none.
   *
   * Does nothing when the document was deleted, replaced or compacted meanwhile.
   */
  replaceTaken(taken: TakenLog, compacted: CompactedLog): Uint8Array | null {
    const head = this.#read();
    const isOutdated = head.epoch !== taken.epoch || head.compacted !== taken.compacted;
    if (isOutdated || !head.exists) return null;
    const later = this.since(taken.version) ?? [];
    const removal = compacted.removal &&
      { version: head.version + 1, update: compacted.removal, at: this.#host.now() };
    if (removal) later.push(removal.update);
    const state = LogState.decode(compacted.state);
    for (const update of later) state.add(readContents(update, state));
    const items = ItemIndex.decode(compacted.items);
    items.addStored(later);
    this.#tables.replaceSnapshot({
      ...compacted,
      version: taken.version,
      previousVersion: taken.compacted,
      steps: items.loadingSteps,
      removal,
      quarantined: this.#quarantined,
      history: { ...taken.history, made: compacted.made },
    });
    this.#state = state;
    this.#items = items;
    this.#admitted = null;
    this.#head = null;
    return compacted.removal;
  }

  #read(): Head {
    return this.#head ??= this.#readHead();
  }

  #readHead(): Head {
    const stored = this.#tables.readHead();
    return stored
      ? { ...stored, exists: true }
      : { ...emptyHead, epoch: this.#host.randomId(), exists: false };
  }

  /** Fills the quarantine, too. */
  #rebuildState(): LogState {
    const encoded = this.snapshotState();
    const state = encoded ? LogState.decode(encoded) : new LogState();
    const tail = this.exists ? this.#tables.readUpdates(this.#read().compacted) : [];
    return restoreState(state, tail, (version, reason) => {
      this.#quarantined.add(version);
      this.#host.report('quarantined', { version, reason });
    });
  }

  #readItems(): ItemIndex {
    const items = restoreItems(this.exists ? this.#tables.readSnapshotItems() : null);
    if (!items) return ItemIndex.of(this.allUpdates());
    items.addStored(this.tail());
    return items;
  }

  #updatesAfter(version: number): StoredUpdate[] {
    this.#state ??= this.#rebuildState(); // fills the quarantine
    return this.#tables.readUpdates(version)
      .filter((stored) => !this.#quarantined.has(stored.version));
  }
}

function updateOf({ update }: StoredUpdate): Uint8Array {
  return update;
}

/** Names compaction among the unfinished jobs. */
export const compactionJob = 'compact';
