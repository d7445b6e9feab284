import { joinBytes, splitBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import { type UpdateContents, validateUpdate } from '../update/validate-update.ts';
import { compactUpdates } from './compaction.ts';
import { LogState } from '../update/log-state.ts';
import type { RoomHost } from '../host.ts';
import { hasTables, migrate } from './migrations.ts';
import type { SqlDatabase } from '../sql.ts';

/** Who wrote, as it is kept beside a client id. Null for somebody who did not say. */
export type Author = string | null;

/**
 * A document as it is stored: a snapshot and the updates that came after it (the tail).
 *
 * A version is the count of updates ever stored. It only grows, also across compaction, and together
 * with the epoch it names one content for ever. The database is left untouched until the first
 * update: who only asks for a document that is not there leaves nothing behind.
 *
 * What is in memory changes only after the database has taken it, so that a statement that throws
 * leaves both as they were.
 */
export class UpdateLog {
  readonly #sql: SqlDatabase;
  readonly #host: Pick<RoomHost, 'now' | 'randomId' | 'report'>;
  #head: Head | null = null;
  #known: LogState | null = null;
  /** Stored versions that must not reach anybody. */
  readonly #quarantined = new Set<number>();

  constructor(sql: SqlDatabase, host: Pick<RoomHost, 'now' | 'randomId' | 'report'>) {
    this.#sql = sql;
    this.#host = host;
  }

  /** Whether anything was ever stored. */
  get exists(): boolean {
    return this.#read().exists;
  }

  /** Names this incarnation of the document. Until it exists, another after each wake. */
  get epoch(): string {
    return this.#read().epoch;
  }

  /** Count of updates ever stored. */
  get version(): number {
    return this.#read().version;
  }

  /** The number of the newest schema anybody has written with; 0 while nobody has said. */
  get schema(): number {
    return this.#read().schema;
  }

  /** How much is stored, in bytes. Compaction makes it less. */
  get bytes(): number {
    const { snapshotBytes, tailBytes } = this.#read();
    return snapshotBytes + tailBytes;
  }

  /** The state vector and delete set of all that is stored. Owned by the log: do not change it. */
  get state(): LogState {
    return this.#known ??= this.#rebuildKnown();
  }

  /**
   * Whether the tail is long enough for {@link compact} to be worth its cost, which is that of the
   * whole document: a bigger snapshot earns a longer tail.
   */
  get compactionDue(): boolean {
    const { tailRows, tailBytes, snapshotBytes, compactionFailedAt } = this.#read();
    if (tailRows < 2 * compactionFailedAt) return false;
    return tailRows >= Math.max(limits.tailRows, snapshotBytes / 4096) ||
      tailBytes >= Math.max(limits.tailBytes, snapshotBytes / 8);
  }

  /** Makes the document, with nothing in it yet. */
  create(): void {
    const head = this.#read();
    this.#sql.transaction(() => this.#insertDocument(head));
    head.exists = true;
  }

  /** Whether this was the epoch of a document of this name that was deleted. */
  wasDeleted(epoch: string): boolean {
    if (!hasTables(this.#sql)) return false;
    migrate(this.#sql);
    return this.#sql.query('SELECT 1 FROM deleted WHERE epoch = ?', epoch).length > 0;
  }

  /** Leaves a mark, in an empty database, that a document with this epoch was deleted. */
  bury(epochs: readonly string[]): void {
    this.#sql.transaction(() => {
      migrate(this.#sql);
      for (const epoch of epochs) {
        this.#sql.query('INSERT OR IGNORE INTO deleted (epoch) VALUES (?)', epoch);
      }
    });
    this.forget();
  }

  /** The epochs of all documents of this name that were deleted. */
  buried(): string[] {
    if (!hasTables(this.#sql)) return [];
    migrate(this.#sql);
    return this.#sql.query('SELECT epoch FROM deleted').map(({ epoch }) => epoch as string);
  }

  /** Reads everything anew: the database was changed by other hands. */
  forget(): void {
    this.#head = null;
    this.#known = null;
    this.#quarantined.clear();
  }

  /**
   * Stores an update that was inspected and found complete, and returns its version. One row is
   * written for a keystroke; more for a new document, a new client id, a newer schema, or an update
   * over 1 MiB. `schema` is that of the author's editor; 0 where it has not said.
   */
  append(update: Uint8Array, contents: UpdateContents, author: Author, schema = 0): number {
    const head = this.#read();
    const known = this.state;
    const version = head.version + 1;
    const parts = splitBytes(update, limits.rowBytes);
    const newClients = [...contents.structs.keys()].filter((client) => known.clockOf(client) === 0);
    const write = () => {
      for (const [part, data] of parts.entries()) {
        const row = 'INSERT INTO updates (version, part, data) VALUES (?, ?, ?)';
        this.#sql.query(row, version, part, data);
      }
      for (const client of newClients) {
        const row = 'INSERT OR IGNORE INTO clients (client, version, author) VALUES (?, ?, ?)';
        this.#sql.query(row, client, version, author);
      }
      if (schema > head.schema) this.#sql.query('UPDATE document SET schema = ?', schema);
    };
    if (!head.exists) {
      this.#sql.transaction(() => {
        this.#insertDocument(head);
        write();
      });
    } else if (parts.length + newClients.length > 1 || schema > head.schema) {
      this.#sql.transaction(write);
    } else {
      write();
    }

    head.exists = true;
    head.version = version;
    head.schema = Math.max(head.schema, schema);
    head.tailRows += parts.length;
    head.tailBytes += update.length;
    known.add(contents);
    return version;
  }

  /** The updates stored after this version; null when some of them are in the snapshot by now. */
  since(version: number): Uint8Array[] | null {
    const { version: newest, compacted } = this.#checkedHead();
    if (version < compacted || version > newest) return null;
    return version === newest ? [] : this.#readUpdates(version).map(dataOf);
  }

  /** The snapshot as one update; null before the first compaction. */
  snapshot(): Uint8Array | null {
    return this.exists ? this.#readSnapshot('state') : null;
  }

  /** The state vector and delete set of the snapshot alone. */
  snapshotKnown(): LogState {
    const bytes = this.exists ? this.#readSnapshot('known') : null;
    return bytes ? LogState.decode(bytes) : new LogState();
  }

  /** The updates stored since the last compaction. */
  tail(): Uint8Array[] {
    return this.exists ? this.#readUpdates(this.#checkedHead().compacted).map(dataOf) : [];
  }

  /** Everything: the snapshot, then the tail. Applied in this order they are the document. */
  everything(): Uint8Array[] {
    const snapshot = this.snapshot();
    return snapshot ? [snapshot, ...this.tail()] : this.tail();
  }

  /**
   * Replaces snapshot and tail by a new snapshot, in one transaction. What had to be deleted for the
   * document to stay readable is returned, as an update that is stored with it under a version of its
   * own. Where compaction fails the log stays as it was, is not tried again before it has doubled,
   * and the error is thrown.
   */
  compact(): Uint8Array | null {
    const head = this.#read();
    if (head.tailRows === 0) return null;
    try {
      const { state, known, pruned } = compactUpdates(this.everything(), this.state);
      const version = pruned ? head.version + 1 : head.version;
      let deleted = head.compacted;
      this.#sql.transaction(() => {
        this.#sql.query('DELETE FROM snapshot');
        this.#writeSnapshot('state', state);
        this.#writeSnapshot('known', known.encode());
        // What is quarantined stays, for whoever has to find out what it was.
        for (const kept of [...this.#quarantined, version + 1].sort((a, b) => a - b)) {
          this.#sql.query('DELETE FROM updates WHERE version > ? AND version < ?', deleted, kept);
          deleted = kept;
        }
        this.#sql.query('UPDATE document SET compacted = ?', version);
      });
      this.#known = known;
      head.version = head.compacted = version;
      head.snapshotBytes = state.length;
      head.tailRows = head.tailBytes = head.compactionFailedAt = 0;
      return pruned;
    } catch (error) {
      head.compactionFailedAt = head.tailRows;
      throw error;
    }
  }

  #insertDocument({ epoch }: Head): void {
    migrate(this.#sql);
    const row = 'INSERT INTO document (id, epoch, created, compacted) VALUES (1, ?, ?, 0)';
    this.#sql.query(row, epoch, this.#host.now());
  }

  #read(): Head {
    return this.#head ??= this.#readHead();
  }

  #readHead(): Head {
    const head: Head = { ...emptyHead, epoch: this.#host.randomId() };
    if (!hasTables(this.#sql)) return head;
    migrate(this.#sql);
    const document = this.#sql.query('SELECT epoch, compacted, schema FROM document')[0];
    if (!document) return head;
    const tail = this.#sql.query(
      `SELECT MAX(version) AS version, COUNT(*) AS rows, SUM(LENGTH(data)) AS bytes FROM updates`,
    )[0];
    const snapshot = this.#sql.query(
      `SELECT SUM(LENGTH(data)) AS bytes FROM snapshot WHERE kind = 'state'`,
    )[0];
    head.exists = true;
    head.epoch = document.epoch as string;
    head.compacted = document.compacted as number;
    head.schema = document.schema as number;
    head.version = (tail?.version as number | null) ?? head.compacted;
    head.tailRows = tail?.rows as number;
    head.tailBytes = (tail?.bytes as number | null) ?? 0;
    head.snapshotBytes = (snapshot?.bytes as number | null) ?? 0;
    return head;
  }

  /**
   * Reads the tail with the eyes of the check at the door. What does not pass, stored by an older
   * version or damaged since, would break the document of everyone who loads it: it is left out.
   */
  #rebuildKnown(): LogState {
    const known = this.snapshotKnown();
    if (!this.exists) return known;
    for (const { version, data } of this.#readUpdates(this.#read().compacted)) {
      try {
        const inspection = validateUpdate(data, known);
        if (inspection.type === 'gap') throw new SyntaxError('it builds on what is not there');
        known.add(inspection.contents);
      } catch (error) {
        this.#quarantined.add(version);
        this.#host.report('quarantined', { version, reason: (error as Error).message });
      }
    }
    return known;
  }

  /** The head, once it is known which versions are to be left out. */
  #checkedHead(): Head {
    this.#known ??= this.#rebuildKnown();
    return this.#read();
  }

  #readUpdates(after: number): StoredUpdate[] {
    const rows = this.#sql.query(
      'SELECT version, data FROM updates WHERE version > ? ORDER BY version, part',
      after,
    );
    const parts = new Map<number, Uint8Array[]>();
    for (const row of rows) {
      const version = row.version as number;
      if (this.#quarantined.has(version)) continue;
      parts.set(version, [...(parts.get(version) ?? []), dataOf(row)]);
    }
    return [...parts].map(([version, data]) => ({ version, data: joinBytes(data) }));
  }

  #readSnapshot(kind: SnapshotKind): Uint8Array | null {
    const rows = this.#sql.query('SELECT data FROM snapshot WHERE kind = ? ORDER BY part', kind);
    return rows.length > 0 ? joinBytes(rows.map(dataOf)) : null;
  }

  #writeSnapshot(kind: SnapshotKind, bytes: Uint8Array): void {
    for (const [part, data] of splitBytes(bytes, limits.rowBytes).entries()) {
      const row = 'INSERT INTO snapshot (kind, part, data) VALUES (?, ?, ?)';
      this.#sql.query(row, kind, part, data);
    }
  }
}

interface StoredUpdate {
  readonly version: number;
  readonly data: Uint8Array;
}

type SnapshotKind = 'state' | 'known';

/** What is known of the log without reading it. */
interface Head {
  exists: boolean;
  epoch: string;
  version: number;
  schema: number;
  /** The version the snapshot stands for. */
  compacted: number;
  snapshotBytes: number;
  tailRows: number;
  tailBytes: number;
  /** Length of the tail when compaction last failed; 0 when it did not. */
  compactionFailedAt: number;
}

const emptyHead: Omit<Head, 'epoch'> = {
  exists: false,
  version: 0,
  schema: 0,
  compacted: 0,
  snapshotBytes: 0,
  tailRows: 0,
  tailBytes: 0,
  compactionFailedAt: 0,
};

function dataOf(row: { data?: unknown }): Uint8Array {
  return row.data as Uint8Array;
}
