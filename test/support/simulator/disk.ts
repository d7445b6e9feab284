import {
  type SqlDatabase,
  type SqlRow,
  type SqlValue,
  StorageError,
} from '../../../worker/core/sql.ts';
import { MemorySql } from '../memory-sql.ts';

/** One SQLite for all worlds: creating a database costs more than using it. */
const sqlite = new MemorySql();

/** Thrown by the statement at which the process is killed. */
export class ProcessKilled extends Error {}

/** Thrown by a statement that fails while the process goes on. */
export class StatementFailure extends Error {}

/** Whether an error is that of a disk that cannot write, or of a statement that fails otherwise. */
export function isFailure(error: unknown): boolean {
  return error instanceof StatementFailure || error instanceof StorageError;
}

/**
 * The disk of one service: a real SQLite whose uncommitted writes can be rolled back. An injected fault
 * makes the n-th call from now fail, or kills the process there.
 */
export class Disk implements SqlDatabase {
  /** The database without fault injection, for checks. */
  readonly database: SqlDatabase = sqlite;
  /** Count of statements other than SELECT; reset when a turn begins. */
  writes = 0;
  #isOpen = false;
  #fault: { calls: number; error: Error } | null = null;
  /** The error of a fault that was triggered since the last {@link recover}. */
  #triggered: Error | null = null;

  constructor() {
    sqlite.query('SAVEPOINT world');
  }

  /** Ends this disk. Only then can another one be created. */
  dispose(): void {
    sqlite.query('ROLLBACK TO world');
    sqlite.query('RELEASE world');
  }

  /** Begins to collect writes that can be rolled back until {@link commit}. */
  begin(): void {
    if (!this.#isOpen) sqlite.query('SAVEPOINT uncommitted');
    this.#isOpen = true;
  }

  commit(): void {
    if (this.#isOpen) sqlite.query('RELEASE uncommitted');
    this.#isOpen = false;
  }

  /** Rolls back what the killed process had not committed. */
  recover(): void {
    if (this.#isOpen) sqlite.query('ROLLBACK TO uncommitted');
    this.commit();
    this.#fault = this.#triggered = null;
  }

  /** Deletes the document. */
  wipe(): void {
    this.#isOpen = false;
    sqlite.query('ROLLBACK TO world');
  }

  /** The n-th call from now throws this error. After a {@link ProcessKilled} all later calls throw it. */
  injectFault(calls: number, error: Error): void {
    this.#fault = { calls, error };
  }

  clearFault(): void {
    this.#fault = null;
  }

  /** The error of a fault that was triggered since the last call. */
  takeTriggeredFault(): Error | null {
    const triggered = this.#triggered;
    if (!(triggered instanceof ProcessKilled)) this.#triggered = null;
    return triggered;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    this.#countCall();
    if (!sql.startsWith('SELECT')) this.writes++;
    return sqlite.query(sql, ...bindings);
  }

  transaction<T>(work: () => T): T {
    return sqlite.transaction(() => {
      const result = work();
      this.#countCall();
      return result;
    });
  }

  #countCall(): void {
    if (this.#triggered instanceof ProcessKilled) throw this.#triggered;
    if (this.#fault === null || --this.#fault.calls > 0) return;
    this.#triggered = this.#fault.error;
    this.#fault = null;
    throw this.#triggered;
  }
}
