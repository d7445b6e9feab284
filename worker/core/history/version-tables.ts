import { limits } from '../../../protocol/limits.ts';
import { splitBytes } from '../../../protocol/split-bytes.ts';
import { joinParts, joinPartsByVersion } from '../log/stored-parts.ts';
import type { SqlDatabase } from '../sql.ts';
import type { MadeLinks } from './chain.ts';
import type { HistoryStart, Version } from './version.ts';

/** A row of the table. `deleted` keeps an automatic version of the tail from being found again. */
export interface StoredVersion extends Omit<Version, 'reason'> {
  readonly reason: Version['reason'] | 'deleted';
}

/** A link and its size. */
interface LinkSize {
  readonly version: number;
  readonly bytes: number;
}

/** What a compaction adds to the versions. */
export interface NewVersions {
  /** In the order of their links. */
  readonly versions: readonly Version[];
  readonly made: MadeLinks;
  /** The log at its new snapshot. */
  readonly start: Pick<HistoryStart, 'version' | 'at' | 'unversionedAt'>;
}

/** The SQL of versions. The document must exist. */
export class VersionTables {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** The log at its snapshot. */
  readStart(): HistoryStart {
    const row = this.#sql.query(
      `SELECT compacted, compacted_at, unversioned_at, (SELECT MAX(version) FROM links) AS newest
        FROM document`,
    )[0];
    const version = row?.compacted as number;
    return {
      version,
      at: row?.compacted_at as number | null,
      unversionedAt: row?.unversioned_at as number | null,
      isVersion: version === 0 || row?.newest === version,
    };
  }

  /** The stored versions, oldest first. */
  list(): StoredVersion[] {
    return this.#sql.query('SELECT version, at, reason, name FROM versions ORDER BY version')
      .map((row) => row as unknown as StoredVersion);
  }

  /** Stores a version, or replaces it. */
  put({ version, at, reason, name }: StoredVersion): void {
    const statement =
      'INSERT OR REPLACE INTO versions (version, at, reason, name) VALUES (?, ?, ?, ?)';
    this.#sql.query(statement, version, at, reason, name);
  }

  /** Removes a version from the list. Its link remains until {@link replaceLinks}. */
  remove(version: number): void {
    this.#sql.query('DELETE FROM versions WHERE version = ?', version);
  }

  /** The links, oldest first. */
  linkSizes(): LinkSize[] {
    return this.#sql.query(
      `SELECT version, SUM(LENGTH(data)) AS bytes FROM links WHERE kind = 'update'
        GROUP BY version ORDER BY version`,
    ).map((row) => row as unknown as LinkSize);
  }

  /** The links up to a version. Applied in order they are the document at that version. */
  linksUntil(version: number): Uint8Array[] {
    const rows = this.#sql.query(
      `SELECT version, data FROM links WHERE kind = 'update' AND version <= ?
        ORDER BY version, part`,
      version,
    );
    return [...joinPartsByVersion(rows).values()];
  }

  /** The state of the newest link, see `VersionPlan`. */
  newestState(): Uint8Array | null {
    return joinParts(this.#sql.query(`SELECT data FROM links WHERE kind = 'state' ORDER BY part`));
  }

  /** Stores what a compaction has made. Run it in the transaction that replaces the snapshot. */
  add({ versions, made: { links, state }, start }: NewVersions): void {
    for (const [i, { version, at, reason, name }] of versions.entries()) {
      this.#insertParts(version, 'update', links[i]!); // one for each version
      const statement =
        'INSERT OR IGNORE INTO versions (version, at, reason, name) VALUES (?, ?, ?, ?)';
      this.#sql.query(statement, version, at, reason, name);
    }
    const newest = versions.at(-1);
    if (newest && state) {
      this.#sql.query(`DELETE FROM links WHERE kind = 'state'`);
      this.#insertParts(newest.version, 'state', state);
    }
    // Deleted ones, and those whose content is not in the log any more.
    this.#sql.query(
      `DELETE FROM versions WHERE version < ?
        AND (reason = 'deleted' OR version NOT IN (SELECT version FROM links))`,
      start.version,
    );
    const { at, unversionedAt } = start;
    const statement = 'UPDATE document SET compacted_at = ?, unversioned_at = ?';
    this.#sql.query(statement, at, unversionedAt);
  }

  /** Replaces links. Null removes one together with its version. */
  replaceLinks(links: ReadonlyMap<number, Uint8Array | null>): void {
    this.#sql.transaction(() => {
      for (const [version, link] of links) {
        this.#sql.query(`DELETE FROM links WHERE version = ? AND kind = 'update'`, version);
        if (link) this.#insertParts(version, 'update', link);
        else this.remove(version);
      }
    });
  }

  #insertParts(version: number, kind: 'update' | 'state', bytes: Uint8Array): void {
    for (const [part, data] of splitBytes(bytes, limits.rowBytes).entries()) {
      const statement = 'INSERT INTO links (version, kind, part, data) VALUES (?, ?, ?, ?)';
      this.#sql.query(statement, version, kind, part, data);
    }
  }
}
