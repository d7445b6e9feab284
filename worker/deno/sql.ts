import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlDatabase, SqlRow, SqlValue } from '../core/sql.ts';

/**
 * {@link SqlDatabase} over a file, which the first write creates.
 *
 * A commit is on disk when it returns (`synchronous=FULL`), so that everything sent afterwards is
 * stored. The file is locked for this process (`locking_mode=EXCLUSIVE`): two processes that write
 * one document would send their clients different versions of it.
 */
export class FileSql implements SqlDatabase {
  readonly #path: string;
  readonly #synchronous: 'FULL' | 'NORMAL';
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** `NORMAL` may lose the last commits in a power failure, but not in a crash of the process. */
  constructor(path: string, synchronous: 'FULL' | 'NORMAL' = 'FULL') {
    this.#path = path;
    this.#synchronous = synchronous;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    if (!this.#database && isSelect.test(sql) && !exists(this.#path)) {
      return emptyDatabase.prepare(sql).all(...bindings) as SqlRow[];
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
      // SQLite has already rolled back after some errors, such as a full disk.
      if (this.#database?.isTransaction) {
        this.#run(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO s${depth}`);
        if (depth > 0) this.#run(`RELEASE s${depth}`);
      }
      throw error;
    } finally {
      this.#depth = depth;
    }
  }

  /** Closes the file; the next query opens it again. */
  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = null;
  }

  /** Deletes the file. */
  erase(): void {
    this.close();
    for (const suffix of ['-wal', '-shm', '-journal', '']) remove(this.#path + suffix);
  }

  #run(sql: string): void {
    this.#prepare(sql).run();
  }

  #prepare(sql: string): StatementSync {
    const cached = this.#statements.get(sql);
    if (cached) return cached;
    const statement = (this.#database ??= this.#open()).prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #open(): DatabaseSync {
    const database = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      // The order matters: with the exclusive lock first, WAL needs no shared memory file.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${this.#synchronous}`);
      // Acquires the lock.
      database.exec('SELECT 1 FROM sqlite_master');
      return database;
    } catch (error) {
      database.close();
      // Not every error here has an `errcode`.
      if ((error as Error).message !== 'database is locked') throw error;
      throw new FileInUseError(this.#path);
    }
  }
}

/** Another process has the file open. */
export class FileInUseError extends Error {
  constructor(path: string) {
    super(
      `Cannot open ${path}: another process uses it. Only one service may run on a data folder.`,
    );
  }
}

const isSelect = /^\s*SELECT\b/i;

/** Answers queries before the file exists. */
const emptyDatabase = new DatabaseSync(':memory:');

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
