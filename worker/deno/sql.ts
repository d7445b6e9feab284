import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlDatabase, SqlRow, SqlValue } from '../core/sql.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * {@link SqlDatabase} over a file, which the first write creates.
 *
 * A commit is on disk when it returns (`synchronous=FULL`), so that everything sent afterwards is
 * stored. The file is locked for this process (`locking_mode=EXCLUSIVE`): two processes that write
 * one document would send their clients different versions of it.
 */
export class FileSql implements SqlDatabase {
  #path: string;
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

  /**
   * Replaces everything in the file by what `write` writes, in one step: a process that ends in
   * between leaves the old file or the new one. The new file is small.
   */
  replace(write: () => void): void {
    this.close();
    const path = this.#path;
    // SQLite would apply the log of the old file to the new one. It remains when it cannot be merged.
    if (exists(`${path}-wal`)) throw new Error(`Cannot replace ${path}: its log cannot be merged.`);
    const next = `${path}.new`;
    removeDatabase(next);
    this.#path = next;
    try {
      this.#database = this.#open(smallFile);
      write();
      this.close();
      Deno.renameSync(next, path);
    } catch (error) {
      this.close();
      removeDatabase(next);
      throw error;
    } finally {
      this.#path = path;
    }
    syncFolder(path.slice(0, path.lastIndexOf('/')));
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

  #open(settings = 'PRAGMA journal_mode = WAL'): DatabaseSync {
    const database = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      // The order matters: with the exclusive lock first, WAL needs no shared memory file.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec(settings);
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

/**
 * Settings of a file with few rows. Each of its tables takes a page. Without a WAL, everything committed
 * is in the file itself, which can be renamed.
 */
const smallFile = 'PRAGMA page_size = 1024; PRAGMA journal_mode = DELETE';

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

function removeDatabase(path: string): void {
  for (const suffix of ['-wal', '-shm', '-journal', '']) remove(path + suffix);
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
