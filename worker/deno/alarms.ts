import type { FileSql } from './sql.ts';

/** How long after a failed alarm it runs again, in milliseconds. */
const retryDelay = 60_000;

/**
 * The longest time between two looks at the wall clock, in milliseconds. It may be set forward while the
 * timer runs, which counts time of its own.
 */
const maxDelay = 10_000;

interface Alarm {
  readonly name: string;
  readonly at: number;
}

/**
 * The alarms of all documents, in a table of the data folder, so that they outlive the process and
 * need no open document. Their times are wall time for the same reason. One timer waits for the
 * first; due alarms run one per timer, so that a start after a long pause opens few files at once.
 */
export class Alarms {
  readonly #sql: FileSql;
  readonly #run: (name: string) => void;
  readonly #onError: (name: string, error: unknown) => void;
  /** Times that could not be stored. They apply instead of the stored ones; Infinity for no alarm. */
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
    this.#store(name, time, () => {
      this.#sql.query('INSERT OR REPLACE INTO alarms (name, at) VALUES (?, ?)', name, time);
    });
    if (time < this.#next) this.#waitUntil(time);
  }

  delete(name: string): void {
    this.#store(name, Infinity, () => {
      this.#sql.query('DELETE FROM alarms WHERE name = ?', name);
    });
  }

  #store(name: string, time: number, write: () => void): void {
    try {
      write();
      this.#unstored.delete(name);
    } catch (error) {
      this.#unstored.set(name, time);
      this.#onError(name, error);
    }
  }

  /** The alarm that is due first. */
  #first(): Alarm | undefined {
    // One more than those that do not apply.
    const stored = this.#sql.query(
      'SELECT name, at FROM alarms ORDER BY at LIMIT ?',
      this.#unstored.size + 1,
    ) as unknown as readonly Alarm[];
    const [first] = [
      ...stored.filter(({ name }) => !this.#unstored.has(name)).slice(0, 1),
      ...Array.from(this.#unstored, ([name, at]) => ({ name, at })),
    ].sort((a, b) => a.at - b.at);
    return first && first.at < Infinity ? first : undefined;
  }

  #waitForFirst(): void {
    const first = this.#first();
    if (first) this.#waitUntil(first.at);
  }

  #waitUntil(time: number): void {
    clearTimeout(this.#timer);
    this.#next = time;
    const delay = Math.min(Math.max(time - Date.now(), 0), maxDelay);
    this.#timer = setTimeout(() => this.#runFirst(), delay);
  }

  #runFirst(): void {
    this.#next = Infinity;
    const first = this.#first();
    if (first && first.at <= Date.now()) {
      const { name, at } = first;
      try {
        this.#run(name);
        // After the run, or a crash would lose the alarm; and not one that the run has set.
        if (this.#timeOf(name) === at) this.delete(name);
      } catch (error) {
        this.#onError(name, error);
        this.set(name, Date.now() + retryDelay);
      }
    }
    this.#waitForFirst();
  }

  #timeOf(name: string): number | undefined {
    return this.#unstored.get(name) ??
      this.#sql.query('SELECT at FROM alarms WHERE name = ?', name)[0]?.at as number | undefined;
  }
}
