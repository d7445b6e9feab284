/** What SQLite takes and gives. Blobs come back as a view of their own, not of a larger buffer. */
export type SqlValue = string | number | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * What the log needs of SQLite. Synchronous: nothing may run between a read and its write.
 * Implemented once for each runtime; both pass the same contract suite.
 */
export interface SqlDatabase {
  /** Runs one statement and returns all its rows. Throws what the platform throws. */
  query(sql: string, ...bindings: SqlValue[]): SqlRow[];
  /** Runs `work` in one transaction: all of it is stored, or, when it throws, none. */
  transaction<T>(work: () => T): T;
}
