import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type SqlDatabase, type SqlRow, type SqlValue, StorageError } from '../core/sql.ts';
import { syncFolder } from './sync-folder.ts';

interface FileSqlOptions {
  /** `NORMAL` may lose the last commits in a power failure, but not in a crash of the process. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** Called before a {@link StorageError} is thrown. */
  onStorageError?(error: StorageError): void;
}

/**
 * {@link SqlDatabase} over a file, which the first write creates.
 *
 * A commit is on disk when it returns (`synchronous=FULL`), so that everything sent afterwards is
 * stored. The file is locked for this process (`locking_mode=EXCLUSIVE`): two processes that write
 * one document would send their clients different versions of it.
 */
export class FileSql implements SqlDatabase {
  #path: string;
  readonly #options: FileSqlOptions;
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;
  /** Whether the WAL is from an earlier process. */
  #mustSyncLog = false;

  constructor(path: string, options: FileSqlOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    if (!this.#database && isSelect.test(sql) && sizeOf(this.#path) === 0) {
      return emptyDatabase.prepare(sql).all(...bindings) as SqlRow[];
    }
    return this.#withStorageErrors(() => this.#prepare(sql).all(...bindings) as SqlRow[]);
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
      if (depth === 0 && error instanceof StorageError) this.#storageFailed(error);
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
    this.#withStorageErrors(() => this.#replace(write));
  }

  #replace(write: () => void): void {
    this.close();
    const path = this.#path;
    // SQLite would apply the log of the old file to the new one. It remains when it cannot be merged.
    if (sizeOf(`${path}-wal`) > 0) {
      throw new StorageError(`Cannot replace ${path}: its log cannot be merged`);
    }
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
    this.#withStorageErrors(() => this.#prepare(sql).run());
  }

  /**
   * What a full disk took of the write stays in the WAL and may take all space that is left. Closing the
   * file removes the WAL. After another error the file stays open: opened again, SQLite would find a
   * write in the WAL whose sync has failed. A file that could not be created is empty.
   */
  #storageFailed(error: StorageError): void {
    if (isFullMessage.test(error.message)) this.close();
    if (sizeOf(this.#path) === 0) remove(this.#path);
    this.#options.onStorageError?.(error);
  }

  /** Runs `work`, and replaces an error of the disk by a {@link StorageError}. */
  #withStorageErrors<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      const isOfDisk = isDiskMessage.test(message) || (code !== undefined && diskErrors.has(code));
      if (!isOfDisk || error instanceof StorageError) throw error;
      const storageError = new StorageError(message, { cause: error });
      if (this.#depth === 0) this.#storageFailed(storageError);
      throw storageError;
    }
  }

  #prepare(sql: string): StatementSync {
    const database = this.#database ??= this.#open();
    if (this.#mustSyncLog && !isSelect.test(sql)) this.#syncLog(database);
    const cached = this.#statements.get(sql);
    if (cached) return cached;
    const statement = database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /**
   * Moves the WAL of an earlier process into the file. That process may have ended because a sync of the
   * WAL failed: then the system does not write that part of it, and no later sync does.
   */
  #syncLog(database: DatabaseSync): void {
    // Reading goes on when this fails, for example on a full disk. The next write tries again.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#mustSyncLog = false;
  }

  #open(settings = 'PRAGMA journal_mode = WAL'): DatabaseSync {
    this.#mustSyncLog = sizeOf(`${this.#path}-wal`) > 0;
    const database = new DatabaseSync(this.#path, { timeout: 0 });
    try {
      // The order matters: with the exclusive lock first, WAL needs no shared memory file.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec(settings);
      database.exec(`PRAGMA synchronous = ${this.#options.synchronous ?? 'FULL'}`);
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

const isFullMessage = /disk is full/;

/** SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY and SQLITE_CANTOPEN. Not every error has an `errcode`. */
const isDiskMessage = /disk is full|disk I\/O error|readonly database|unable to open database file/;

/** What the system answers to the replacement of a file. */
const diskErrors: ReadonlySet<string> = new Set(['EACCES', 'EDQUOT', 'EIO', 'ENOSPC', 'EROFS']);

const isSelect = /^\s*SELECT\b/i;

/** Answers queries before the file has content. */
const emptyDatabase = new DatabaseSync(':memory:');

/** 0 for a missing file. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
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
