/** A value that SQLite stores. A returned blob does not share its buffer with other values. */
export type SqlValue = string | number | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * The database cannot write at present: its disk is full, read-only or failing. Nothing was changed, and
 * reading may work. The same write can succeed later.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/**
 * SQLite as the core uses it. Synchronous, so that nothing can run between a read and the write that
 * depends on it. Implemented once per runtime; all implementations pass one contract suite.
 */
export interface SqlDatabase {
  /**
   * Runs one statement and returns all its rows. Throws a {@link StorageError} where the platform tells
   * it apart, otherwise the platform's errors.
   */
  query(sql: string, ...bindings: SqlValue[]): SqlRow[];
  /** Runs `work` in a transaction, which can be nested. Rolls back and rethrows when `work` throws. */
  transaction<T>(work: () => T): T;
}
