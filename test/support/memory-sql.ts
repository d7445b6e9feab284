import initSqlJs, { type Database } from 'sql.js';
import type { SqlDatabase, SqlRow, SqlValue } from '../../worker/core/sql.ts';

const SQL = await initSqlJs();

/**
 * {@link SqlDatabase} over SQLite itself, compiled to WebAssembly, in memory. `clone` is what a disk
 * would hold after a crash at this moment.
 */
export class MemorySql implements SqlDatabase {
  readonly #database: Database;
  #depth = 0;
  /** Called before each statement; what it throws, the statement throws. */
  fault: (() => void) | null = null;

  constructor(image?: Uint8Array) {
    this.#database = new SQL.Database(image);
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    this.fault?.();
    const statement = this.#database.prepare(sql);
    try {
      statement.bind(bindings);
      const rows: SqlRow[] = [];
      while (statement.step()) rows.push(statement.getAsObject() as SqlRow);
      return rows;
    } finally {
      statement.free();
    }
  }

  transaction<T>(work: () => T): T {
    const savepoint = `s${this.#depth++}`;
    this.#database.run(`SAVEPOINT ${savepoint}`);
    try {
      const result = work();
      this.fault?.();
      this.#database.run(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.#database.run(`ROLLBACK TO ${savepoint}`);
      this.#database.run(`RELEASE ${savepoint}`);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  clone(): MemorySql {
    return new MemorySql(this.#database.export());
  }
}
