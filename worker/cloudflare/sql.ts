import type { SqlDatabase, SqlRow, SqlValue } from '../core/sql.ts';

/** {@link SqlDatabase} over a Durable Object's own SQLite. */
export class DurableObjectSql implements SqlDatabase {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    // The platform gives blobs as ArrayBuffer.
    return this.#storage.sql.exec(sql, ...bindings).toArray().map((row) =>
      Object.fromEntries(
        Object.entries(row).map((
          [name, value],
        ) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
      )
    );
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }
}
