import type { SqlDatabase, SqlRow, SqlValue } from '../../../worker/core/sql.ts';
import { MemorySql } from '../memory-sql.ts';

/** One SQLite for all worlds: to make a database costs more than to run in it. */
const sqlite = new MemorySql();

/** Thrown by the statement at which the process dies. */
export class Death extends Error {}

/** Thrown by a statement that fails while the process lives on. */
export class DiskFault extends Error {}

/**
 * The disk of one service: real SQLite, in which everything since the last commit can be taken
 * back. A trap makes the n-th call from now fail, or ends the process there.
 */
export class Disk implements SqlDatabase {
  /** For the simulator's own eyes: springs no trap. */
  readonly eyes: SqlDatabase = sqlite;
  /** Statements run that were meant to change something; set to 0 when a turn begins. */
  writes = 0;
  #isOpen = false;
  #trap: { calls: number; error: Error } | null = null;
  /** Whether a trap has sprung since the last {@link recover}. */
  #sprung: Error | null = null;

  constructor() {
    sqlite.query('SAVEPOINT world');
  }

  /** Ends this disk; the next one may be made. */
  dispose(): void {
    sqlite.query('ROLLBACK TO world');
    sqlite.query('RELEASE world');
  }

  /** What happens next can be taken back until {@link commit}. */
  begin(): void {
    if (!this.#isOpen) sqlite.query('SAVEPOINT uncommitted');
    this.#isOpen = true;
  }

  commit(): void {
    if (this.#isOpen) sqlite.query('RELEASE uncommitted');
    this.#isOpen = false;
  }

  /** What a process finds that comes after one that has died. */
  recover(): void {
    if (this.#isOpen) sqlite.query('ROLLBACK TO uncommitted');
    this.commit();
    this.#trap = this.#sprung = null;
  }

  /** The document is deleted. */
  wipe(): void {
    this.#isOpen = false;
    sqlite.query('ROLLBACK TO world');
  }

  /** The n-th call from now throws this error; after a {@link Death} so does every other. */
  trap(calls: number, error: Error): void {
    this.#trap = { calls, error };
  }

  disarm(): void {
    this.#trap = null;
  }

  /** The error of the trap that has sprung since this was last asked. */
  takeSprung(): Error | null {
    const sprung = this.#sprung;
    if (!(sprung instanceof Death)) this.#sprung = null;
    return sprung;
  }

  query(sql: string, ...bindings: SqlValue[]): SqlRow[] {
    this.#step();
    if (!sql.startsWith('SELECT')) this.writes++;
    return sqlite.query(sql, ...bindings);
  }

  transaction<T>(work: () => T): T {
    return sqlite.transaction(() => {
      const result = work();
      this.#step();
      return result;
    });
  }

  #step(): void {
    if (this.#sprung instanceof Death) throw this.#sprung;
    if (this.#trap === null || --this.#trap.calls > 0) return;
    this.#sprung = this.#trap.error;
    this.#trap = null;
    throw this.#sprung;
  }
}
