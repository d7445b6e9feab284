import { splitBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import { type NewVersions, VersionTables } from '../history/version-tables.ts';
import type { SqlDatabase } from '../sql.ts';
import { hasTables, migrate } from './migrations.ts';
import { joinParts, joinPartsByVersion } from './stored-parts.ts';

/** Facts about a stored log that are read without its content. */
export interface StoredHead {
  readonly epoch: string;
  readonly version: number;
  readonly schema: number;
  /** The version of the snapshot. */
  readonly compacted: number;
  readonly snapshotBytes: number;
  readonly tailRows: number;
  readonly tailBytes: number;
  /**
   * About the steps of loading the document, see `ItemIndex.loadingSteps`: at least half of them. Null when an older
   * version of the service stored the document.
   */
  readonly steps: number | null;
}

export interface StoredUpdate {
  readonly version: number;
  readonly update: Uint8Array;
  /** When it was stored, in milliseconds. Null when an older version of the service stored it. */
  readonly at: number | null;
}

interface NewUpdate extends StoredUpdate {
  /** Client ids that write for the first time, and their author. */
  readonly newClients: readonly number[];
  readonly author: string | null;
  /** The schema of the document, when this update raises it. */
  readonly newSchema: number | null;
  /** The steps of the document, when they are to be stored. */
  readonly newSteps: number | null;
  /** The row of the document, when this is its first update. */
  readonly newDocument: NewDocument | null;
}

interface NewDocument {
  readonly epoch: string;
  readonly created: number;
}

/** What the snapshot consists of. */
export interface SnapshotParts {
  /** The document as one update. */
  readonly update: Uint8Array;
  /** Its encoded `LogState`. */
  readonly state: Uint8Array;
  /** Its encoded `ItemIndex`. */
  readonly items: Uint8Array;
}

interface NewSnapshot extends SnapshotParts {
  readonly version: number;
  /** The version of the snapshot it replaces. */
  readonly previousVersion: number;
  readonly steps: number;
  /** An update of the service itself, which follows the snapshot. */
  readonly removal: StoredUpdate | null;
  /** Versions in the tail whose rows to keep. */
  readonly quarantined: Iterable<number>;
  /** The versions that compaction has made. */
  readonly history: NewVersions;
}

/** The SQL of the update log. Values larger than a row are split into parts. */
export class LogTables {
  readonly #sql: SqlDatabase;
  readonly #versions: VersionTables;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
    this.#versions = new VersionTables(sql);
  }

  /** Counts updates up to a version. Compaction leaves there only those in quarantine. */
  countUpdatesUntil(version: number): number {
    return this.#sql.query(
      'SELECT COUNT(DISTINCT version) AS count FROM updates WHERE version <= ?',
      version,
    )[0]?.count as number;
  }

  /** Null when there is no document. */
  readHead(): StoredHead | null {
    if (!hasTables(this.#sql)) return null;
    migrate(this.#sql);
    const document = this.#sql.query('SELECT epoch, compacted, schema, steps FROM document')[0];
    if (!document) return null;
    const compacted = document.compacted as number;
    // Quarantined rows of earlier tails are at or below the version of the snapshot.
    const tail = this.#sql.query(
      `SELECT MAX(version) AS version, COUNT(*) AS rows, SUM(LENGTH(data)) AS bytes
        FROM updates WHERE version > ?`,
      compacted,
    )[0];
    const snapshot = this.#sql.query(
      `SELECT SUM(LENGTH(data)) AS bytes FROM snapshot WHERE kind = 'state'`,
    )[0];
    return {
      epoch: document.epoch as string,
      version: (tail?.version as number | null) ?? compacted,
      schema: document.schema as number,
      compacted,
      steps: document.steps as number | null,
      snapshotBytes: (snapshot?.bytes as number | null) ?? 0,
      tailRows: tail?.rows as number,
      tailBytes: (tail?.bytes as number | null) ?? 0,
    };
  }

  insertDocument(document: NewDocument): void {
    this.#sql.transaction(() => this.#insertDocument(document));
  }

  /** Returns how many rows the update takes. */
  insertUpdate(added: NewUpdate): number {
    const { newClients, author, newSchema, newSteps, newDocument } = added;
    const { version, update, at } = added;
    const parts = splitBytes(update, limits.rowBytes);
    const write = () => {
      if (newDocument) this.#insertDocument(newDocument);
      this.#insertUpdateParts(version, parts, at);
      for (const client of newClients) {
        const statement =
          'INSERT OR IGNORE INTO clients (client, version, author) VALUES (?, ?, ?)';
        this.#sql.query(statement, client, version, author);
      }
      if (newSchema !== null) this.#sql.query('UPDATE document SET schema = ?', newSchema);
      if (newSteps !== null) this.#sql.query('UPDATE document SET steps = ?', newSteps);
    };
    // A keystroke is one statement. It needs no transaction.
    const isOneRow = !newDocument && newSchema === null && newSteps === null &&
      parts.length + newClients.length === 1;
    if (isOneRow) write();
    else this.#sql.transaction(write);
    return parts.length;
  }

  /** The stored updates after a version. */
  readUpdates(after: number): StoredUpdate[] {
    const rows = this.#sql.query(
      'SELECT version, data, at FROM updates WHERE version > ? ORDER BY version, part',
      after,
    );
    const times = new Map(rows.map(({ version, at }) => [version, at as number | null]));
    return [...joinPartsByVersion(rows)].map(([version, update]) => ({
      version,
      update,
      at: times.get(version) ?? null,
    }));
  }

  readSnapshot(): Uint8Array | null {
    return this.#readParts('state');
  }

  /** The encoded `LogState` of the snapshot. */
  readSnapshotState(): Uint8Array | null {
    return this.#readParts('known');
  }

  /** The encoded `ItemIndex` of the snapshot. Null when an older version of the service stored it. */
  readSnapshotItems(): Uint8Array | null {
    return this.#readParts('items');
  }

  /**
   * Replaces the snapshot, and the updates up to its version except quarantined ones, in one
   * transaction. Later updates stay.
   */
  replaceSnapshot(snapshot: NewSnapshot): void {
    const { version, previousVersion, steps, removal, quarantined, history } = snapshot;
    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM snapshot');
      this.insertSnapshot(snapshot);
      // Quarantined rows stay, for the operator to examine.
      let after = previousVersion;
      for (const kept of [...quarantined, version + 1].sort((a, b) => a - b)) {
        this.#sql.query('DELETE FROM updates WHERE version > ? AND version < ?', after, kept);
        after = kept;
      }
      if (removal) {
        const parts = splitBytes(removal.update, limits.rowBytes);
        this.#insertUpdateParts(removal.version, parts, removal.at);
      }
      this.#sql.query('UPDATE document SET compacted = ?, steps = ?', version, steps);
      this.#versions.add(history);
    });
  }

  insertSnapshot({ update, state, items }: SnapshotParts): void {
    this.#insertParts('state', update);
    this.#insertParts('known', state);
    this.#insertParts('items', items);
  }

  #insertDocument({ epoch, created }: NewDocument): void {
    migrate(this.#sql);
    const statement =
      'INSERT INTO document (id, epoch, created, compacted, steps) VALUES (1, ?, ?, 0, 0)';
    this.#sql.query(statement, epoch, created);
  }

  #insertUpdateParts(version: number, parts: readonly Uint8Array[], at: number | null): void {
    for (const [part, data] of parts.entries()) {
      const statement = 'INSERT INTO updates (version, part, data, at) VALUES (?, ?, ?, ?)';
      this.#sql.query(statement, version, part, data, at);
    }
  }

  #readParts(kind: SnapshotKind): Uint8Array | null {
    const statement = 'SELECT data FROM snapshot WHERE kind = ? ORDER BY part';
    return joinParts(this.#sql.query(statement, kind));
  }

  #insertParts(kind: SnapshotKind, bytes: Uint8Array): void {
    for (const [part, data] of splitBytes(bytes, limits.rowBytes).entries()) {
      const statement = 'INSERT INTO snapshot (kind, part, data) VALUES (?, ?, ?)';
      this.#sql.query(statement, kind, part, data);
    }
  }
}

/** As stored in the `snapshot` table, see {@link SnapshotParts}. `state` is the update. */
type SnapshotKind = 'state' | 'known' | 'items';
