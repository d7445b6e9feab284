import initSqlJs, { type Database, type Statement } from 'sql.js';
import type { SqlDatabase, SqlRow, SqlValue } from '../../worker/core/sql.ts';

const SQL = await initSqlJs();

/**
 * {@link SqlDatabase} over an in-memory SQLite, compiled to WebAssembly. `clone` returns what a disk would
 * contain after a crash at this moment.
 */
export class MemorySql implements SqlDatabase {
  readonly #database: Database;
  /** Prepared once. SQLite prepares them again when the tables change. */
  readonly #statements = new Map<string, Statement>();
  #depth = 0;
  /** Called before each statement, which then throws what this throws. */
  fault: (() => void) | null = null;

  constructor(image?: Uint8Array) {
    this.#database = new SQL.Database(image);
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    this.fault?.();
    const statement = this.#prepare(sql);
    try {
      statement.bind(bindings);
      const rows: SqlRow[] = [];
      while (statement.step()) rows.push(statement.getAsObject() as SqlRow);
      return rows;
    } finally {
      statement.reset();
    }
  }

  transaction<T>(work: () => T): T {
    const savepoint = `s${this.#depth++}`;
    this.#run(`SAVEPOINT ${savepoint}`);
    try {
      const result = work();
      this.fault?.();
      this.#run(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.#run(`ROLLBACK TO ${savepoint}`);
      this.#run(`RELEASE ${savepoint}`);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  clone(): MemorySql {
    const image = this.#database.export();
    // sql.js reopens the database for an export and frees its statements.
    this.#statements.clear();
    return new MemorySql(image);
  }

  #run(sql: string): void {
    this.#prepare(sql).run();
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#database.prepare(sql));
    return statement;
  }
}
