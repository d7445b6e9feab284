import type { FileSql } from './sql.ts';

/** How long after a failed alarm it runs again, in milliseconds. */
const retryDelay = 60_000;

/**
 * The longest time between two looks at the wall clock, in milliseconds. It may be set forward while the
 * timer runs, which counts time of its own.
 */
const maxDelay = 10_000;

/**
 * The alarms of all documents, in a table of the data folder, so that they outlive the process and
 * need no open document. Their times are wall time for the same reason. One timer waits for the
 * first; due alarms run one per timer, so that a start after a long pause opens few files at once.
 */
export class Alarms {
  readonly #sql: FileSql;
  readonly #run: (name: string) => void;
  readonly #onError: (name: string, error: unknown) => void;
  /** The alarms that could not be stored. */
  readonly #unstored = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer waits for. -Infinity while stopped, so that {@link set} starts no timer. */
  #next = Infinity;

  /** `run` runs the alarm of a document. If it throws, `onError` is called and the alarm retried. */
  constructor(
    sql: FileSql,
    run: (name: string) => void,
    onError: (name: string, error: unknown) => void,
  ) {
    this.#sql = sql;
    this.#run = run;
    this.#onError = onError;
    // A service also starts on a full disk, for readers.
    if (sql.query(`SELECT 1 FROM sqlite_master WHERE name = 'alarms'`).length === 0) {
      sql.query('CREATE TABLE alarms (name TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID');
    }
  }

  /** Starts to run due alarms. */
  start(): void {
    this.#next = Infinity;
    this.#waitForFirst();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#next = -Infinity;
  }

  /**
   * Sets the alarm of a document, in milliseconds since the epoch; replaces an earlier one. If it cannot
   * be stored, as on a full disk, it is set for this process only.
   */
  set(name: string, time: number): void {
    this.#unstored.delete(name);
    try {
      this.#sql.query('INSERT OR REPLACE INTO alarms (name, at) VALUES (?, ?)', name, time);
    } catch (error) {
      this.#unstored.set(name, time);
      this.#onError(name, error);
    }
    if (time < this.#next) this.#waitUntil(time);
  }

  /** If that cannot be stored, the alarm runs once more. */
  delete(name: string): void {
    this.#unstored.delete(name);
    try {
      this.#sql.query('DELETE FROM alarms WHERE name = ?', name);
    } catch (error) {
      this.#onError(name, error);
    }
  }

  #waitForFirst(): void {
    const stored = this.#sql.query('SELECT MIN(at) AS at FROM alarms')[0]?.at as number | null;
    const first = Math.min(stored ?? Infinity, ...this.#unstored.values());
    if (first < Infinity) this.#waitUntil(first);
  }

  #waitUntil(time: number): void {
    clearTimeout(this.#timer);
    this.#next = time;
    const delay = Math.min(Math.max(time - Date.now(), 0), maxDelay);
    this.#timer = setTimeout(() => this.#runFirst(), delay);
  }

  #findDue(now: number): { readonly name: string; readonly at: number } | undefined {
    for (const [name, at] of this.#unstored) if (at <= now) return { name, at };
    return this.#sql.query(
      'SELECT name, at FROM alarms WHERE at <= ? ORDER BY at LIMIT 1',
      now,
    )[0] as { name: string; at: number } | undefined;
  }

  #runFirst(): void {
    this.#next = Infinity;
    const due = this.#findDue(Date.now());
    if (due) {
      const { name, at } = due;
      try {
        this.#run(name);
        // After the run, or a crash would lose the alarm; and not one that the run has set.
        if (this.#unstored.get(name) === at) this.#unstored.delete(name);
        this.#sql.query('DELETE FROM alarms WHERE name = ? AND at = ?', name, at);
      } catch (error) {
        this.#onError(name, error);
        this.set(name, Date.now() + retryDelay);
      }
    }
    this.#waitForFirst();
  }
}
