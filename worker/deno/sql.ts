import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlDatabase, SqlRow, SqlValue } from '../core/sql.ts';

/**
 * {@link SqlDatabase} over a file of its own, opened when it is first needed. As long as there is no
 * file, reading finds no table and leaves none behind.
 *
 * A commit is on the disk when it returns (`synchronous=FULL`), so what is sent after it was stored.
 * The file belongs to this process alone (`locking_mode=EXCLUSIVE`): two that write one document
 * would each tell their clients another version of it.
 */
export class FileSql implements SqlDatabase {
  readonly #path: string;
  readonly #synchronous: 'FULL' | 'NORMAL';
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** With `NORMAL` the last commits may be gone after a power failure, never after a crash. */
  constructor(path: string, synchronous: 'FULL' | 'NORMAL' = 'FULL') {
    this.#path = path;
    this.#synchronous = synchronous;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    if (!this.#database && isReading.test(sql) && !exists(this.#path)) {
      return nowhere.prepare(sql).all(...bindings) as SqlRow[];
    }
    return this.#prepare(sql).all(...bindings) as SqlRow[];
  }

  transaction<T>(work: () => T): T {
    const depth = this.#depth;
    this.#run(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT s${depth}`);
    this.#depth += 1;
    try {
      const result = work();
      this.#run(depth === 0 ? 'COMMIT' : `RELEASE s${depth}`);
      return result;
    } catch (error) {
      // A full disk, for one, has rolled it all back by itself.
      if (this.#database?.isTransaction) {
        this.#run(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO s${depth}`);
        if (depth > 0) this.#run(`RELEASE s${depth}`);
      }
      throw error;
    } finally {
      this.#depth = depth;
    }
  }

  /** Lets go of the file; the next query opens it again. */
  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = null;
  }

  /** Removes the file with all that is in it. */
  erase(): void {
    this.close();
    for (const end of ['-wal', '-shm', '-journal', '']) remove(this.#path + end);
  }

  #run(sql: string): void {
    this.#prepare(sql).run();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = (this.#database ??= this.#open()).prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #open(): DatabaseSync {
    const database = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      // In this order: a file that is exclusive before it is read as WAL needs no shared memory.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${this.#synchronous}`);
      // Takes the lock, or finds it taken.
      database.exec('SELECT 1 FROM sqlite_master');
      return database;
    } catch (error) {
      database.close();
      // `errcode` is not set by all that can throw here.
      if ((error as Error).message !== 'database is locked') throw error;
      throw new FileInUseError(this.#path);
    }
  }
}

/** Another process has the file open, or did not let go of it. */
export class FileInUseError extends Error {
  constructor(path: string) {
    super(
      `Cannot open ${path}: another process uses it. Only one service may run on a data folder.`,
    );
  }
}

const isReading = /^\s*SELECT\b/i;

/** What a document that was never written looks like. */
const nowhere = new DatabaseSync(':memory:');

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
