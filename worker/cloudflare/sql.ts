import { type SqlDatabase, type SqlRow, type SqlValue, StorageError } from '../core/sql.ts';

/** {@link SqlDatabase} over a Durable Object's own SQLite. */
export class DurableObjectSql implements SqlDatabase {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    // The platform gives blobs as ArrayBuffer.
    return this.#run(sql, bindings).map((row) =>
      Object.fromEntries(
        Object.entries(row).map((
          [name, value],
        ) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
      )
    );
  }

  #run(sql: string, bindings: SqlValue[]) {
    try {
      return this.#storage.sql.exec(sql, ...bindings).toArray();
    } catch (error) {
      // The platform's errors end in the name of SQLite's result code.
      const { message } = error as Error;
      if (/SQLITE_(FULL|IOERR|READONLY)/.test(message)) throw new StorageError(message);
      throw error;
    }
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }
}
