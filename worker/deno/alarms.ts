import type { FileSql } from './sql.ts';

/** After an alarm that failed, how long it waits before it is tried again, in milliseconds. */
const retryAfter = 60_000;

/** `setTimeout` takes no more than 31 bits. */
const longestTimer = 2 ** 31 - 1;

/**
 * When documents want to be woken, in a table of the data folder: also those whose file is closed,
 * and also after the process was ended. One timer stands for all of them, and those that are due run
 * one after the other with a breath between, so that a start after a long pause opens no crowd of
 * files at once.
 */
export class Alarms {
  readonly #sql: FileSql;
  readonly #ring: (name: string) => void;
  readonly #failed: (name: string, error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = Infinity;

  /** `ring` runs the alarm of one document; what it throws is told to `failed`. */
  constructor(
    sql: FileSql,
    ring: (name: string) => void,
    failed: (name: string, error: unknown) => void,
  ) {
    this.#sql = sql;
    this.#ring = ring;
    this.#failed = failed;
    sql.query(
      'CREATE TABLE IF NOT EXISTS alarms (name TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID',
    );
  }

  /** Begins to run what is due. */
  start(): void {
    this.#next = Infinity;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#next = -Infinity;
  }

  /** Takes the place of an earlier alarm of this document. */
  set(name: string, time: number): void {
    this.#sql.query('INSERT OR REPLACE INTO alarms (name, at) VALUES (?, ?)', name, time);
    if (time < this.#next) this.#waitUntil(time);
  }

  forget(name: string): void {
    this.#sql.query('DELETE FROM alarms WHERE name = ?', name);
  }

  #wait(): void {
    const first = this.#sql.query('SELECT MIN(at) AS at FROM alarms')[0]?.at;
    if (typeof first === 'number') this.#waitUntil(first);
  }

  #waitUntil(time: number): void {
    clearTimeout(this.#timer);
    this.#next = time;
    const delay = Math.min(Math.max(time - Date.now(), 0), longestTimer);
    this.#timer = setTimeout(() => this.#runOne(), delay);
  }

  #runOne(): void {
    this.#next = Infinity;
    const due = this.#sql.query(
      'SELECT name, at FROM alarms WHERE at <= ? ORDER BY at LIMIT 1',
      Date.now(),
    )[0];
    if (due) {
      const { name, at } = due as { name: string; at: number };
      try {
        this.#ring(name);
        // Not before: were the process ended meanwhile, it would be lost. And not a new one.
        this.#sql.query('DELETE FROM alarms WHERE name = ? AND at = ?', name, at);
      } catch (error) {
        this.#failed(name, error);
        this.set(name, Date.now() + retryAfter);
      }
    }
    this.#wait();
  }
}
