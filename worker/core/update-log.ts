import { limits } from '../../protocol/limits.ts';
import { joinBlob, splitBlob } from './blob-parts.ts';
import { contentsOf, type UpdateContents } from './causality.ts';
import { compactUpdates } from './compaction.ts';
import { KnownState } from './known-state.ts';
import { hasTables, migrate } from './migrations.ts';
import type { SqlDatabase } from './sql.ts';

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
  readonly #randomId: () => string;
  readonly #now: () => number;
  #head: Head | null = null;
  #known: KnownState | null = null;

  constructor(sql: SqlDatabase, surroundings: { randomId(): string; now(): number }) {
    this.#sql = sql;
    this.#randomId = () => surroundings.randomId();
    this.#now = () => surroundings.now();
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

  /** How much is stored, in bytes. Compaction makes it less. */
  get bytes(): number {
    const { snapshotBytes, tailBytes } = this.#read();
    return snapshotBytes + tailBytes;
  }

  /** The state vector and delete set of all that is stored. Owned by the log: do not change it. */
  get known(): KnownState {
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

  /**
   * Stores an update that was inspected and found complete, and returns its version. One row is
   * written for a keystroke; more for a new document, a new client id, or an update over 1 MiB.
   */
  append(update: Uint8Array, contents: UpdateContents, author: Author): number {
    const head = this.#read();
    const known = this.known;
    const version = head.version + 1;
    const parts = splitBlob(update, limits.rowBytes);
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
    };
    if (!head.exists) {
      this.#sql.transaction(() => {
        migrate(this.#sql);
        const row = 'INSERT INTO document (id, epoch, created, compacted) VALUES (1, ?, ?, 0)';
        this.#sql.query(row, head.epoch, this.#now());
        write();
      });
    } else if (parts.length + newClients.length > 1) {
      this.#sql.transaction(write);
    } else {
      write();
    }

    head.exists = true;
    head.version = version;
    head.tailRows += parts.length;
    head.tailBytes += update.length;
    known.add(contents);
    return version;
  }

  /** The updates stored after this version; null when some of them are in the snapshot by now. */
  since(version: number): Uint8Array[] | null {
    const { version: newest, compacted } = this.#read();
    if (version < compacted || version > newest) return null;
    return version === newest ? [] : this.#readUpdates(version);
  }

  /** The snapshot as one update; null before the first compaction. */
  snapshot(): Uint8Array | null {
    return this.exists ? this.#readSnapshot('state') : null;
  }

  /** The state vector and delete set of the snapshot alone. */
  snapshotKnown(): KnownState {
    const bytes = this.exists ? this.#readSnapshot('known') : null;
    return bytes ? KnownState.decode(bytes) : new KnownState();
  }

  /** The updates stored since the last compaction. */
  tail(): Uint8Array[] {
    return this.exists ? this.#readUpdates(this.#read().compacted) : [];
  }

  /** Everything: the snapshot, then the tail. Applied in this order they are the document. */
  everything(): Uint8Array[] {
    const snapshot = this.snapshot();
    return snapshot ? [snapshot, ...this.tail()] : this.tail();
  }

  /**
   * Replaces snapshot and tail by a new snapshot, in one transaction. Where that fails the log stays
   * as it was, is not tried again before it has doubled, and the error is thrown.
   */
  compact(): void {
    const head = this.#read();
    if (head.tailRows === 0) return;
    try {
      const { state, known } = compactUpdates(this.everything(), this.known);
      this.#sql.transaction(() => {
        this.#sql.query('DELETE FROM snapshot');
        this.#writeSnapshot('state', state);
        this.#writeSnapshot('known', known.encode());
        this.#sql.query('DELETE FROM updates WHERE version <= ?', head.version);
        this.#sql.query('UPDATE document SET compacted = ?', head.version);
      });
      this.#known = known;
      head.compacted = head.version;
      head.snapshotBytes = state.length;
      head.tailRows = head.tailBytes = head.compactionFailedAt = 0;
    } catch (error) {
      head.compactionFailedAt = head.tailRows;
      throw error;
    }
  }

  #read(): Head {
    return this.#head ??= this.#readHead();
  }

  #readHead(): Head {
    const head: Head = { ...emptyHead, epoch: this.#randomId() };
    if (!hasTables(this.#sql)) return head;
    const document = this.#sql.query('SELECT epoch, compacted FROM document')[0];
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
    head.version = (tail?.version as number | null) ?? head.compacted;
    head.tailRows = tail?.rows as number;
    head.tailBytes = (tail?.bytes as number | null) ?? 0;
    head.snapshotBytes = (snapshot?.bytes as number | null) ?? 0;
    return head;
  }

  #rebuildKnown(): KnownState {
    const known = this.snapshotKnown();
    for (const update of this.tail()) known.add(contentsOf(update, known));
    return known;
  }

  #readUpdates(after: number): Uint8Array[] {
    const rows = this.#sql.query(
      'SELECT version, data FROM updates WHERE version > ? ORDER BY version, part',
      after,
    );
    const parts = new Map<number, Uint8Array[]>();
    for (const row of rows) {
      const version = row.version as number;
      parts.set(version, [...(parts.get(version) ?? []), dataOf(row)]);
    }
    return [...parts.values()].map(joinBlob);
  }

  #readSnapshot(kind: SnapshotKind): Uint8Array | null {
    const rows = this.#sql.query('SELECT data FROM snapshot WHERE kind = ? ORDER BY part', kind);
    return rows.length > 0 ? joinBlob(rows.map(dataOf)) : null;
  }

  #writeSnapshot(kind: SnapshotKind, bytes: Uint8Array): void {
    for (const [part, data] of splitBlob(bytes, limits.rowBytes).entries()) {
      const row = 'INSERT INTO snapshot (kind, part, data) VALUES (?, ?, ?)';
      this.#sql.query(row, kind, part, data);
    }
  }
}

type SnapshotKind = 'state' | 'known';

/** What is known of the log without reading it. */
interface Head {
  exists: boolean;
  epoch: string;
  version: number;
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
  compacted: 0,
  snapshotBytes: 0,
  tailRows: 0,
  tailBytes: 0,
  compactionFailedAt: 0,
};

function dataOf(row: { data?: unknown }): Uint8Array {
  return row.data as Uint8Array;
}
