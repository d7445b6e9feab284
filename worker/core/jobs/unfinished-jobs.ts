import { hasTables, migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';

/** A job that was started and has not finished: it runs, has failed, or has ended its process. */
export interface UnfinishedJob {
  readonly job: string;
  /** The version of the document at the last attempt. */
  readonly version: number;
  readonly attempts: number;
  /** When the job may start again, in milliseconds since the epoch. */
  readonly retryAt: number;
}

/** After so many attempts, a job does not start again until the content has changed. */
export const maxAttempts = 4;
/** The time to the second attempt, in milliseconds. Each later one takes four times as long. */
const firstRetryDelay = 60_000;
const maxRetryDelay = 24 * 60 * 60_000;

/**
 * The jobs of a document that have not finished. A large job is noted before it starts. If it ends the
 * process, it is therefore not the first work after the restart, and it does not end each process.
 */
export class UnfinishedJobs {
  readonly #sql: SqlDatabase;
  #jobs: Map<string, UnfinishedJob> | null = null;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  [Symbol.iterator](): MapIterator<UnfinishedJob> {
    return this.#read().values();
  }

  /**
   * When a job may start, in milliseconds since the epoch. 0 for a job that may start now, Infinity for
   * one that has to wait until the content changes.
   */
  startableAt(job: string, version: number, now: number): number {
    const unfinished = this.#read().get(job);
    if (!unfinished) return 0;
    const { attempts, retryAt } = unfinished;
    if (attempts >= maxAttempts && unfinished.version === version) return Infinity;
    // After the clock was set back, the time can be far away.
    return retryAt <= now || retryAt > now + maxRetryDelay ? 0 : retryAt;
  }

  /** What to note for the next attempt of a job. */
  next(job: string, version: number, now: number): UnfinishedJob {
    const attempts = (this.get(job)?.attempts ?? 0) + 1;
    const delay = Math.min(firstRetryDelay * 4 ** (attempts - 1), maxRetryDelay);
    return { job, version, attempts, retryAt: now + delay };
  }

  /** Notes an attempt, in memory also when the statement throws. */
  add(unfinished: UnfinishedJob): void {
    const { job, version, attempts, retryAt } = unfinished;
    this.#read().set(job, unfinished);
    const statement =
      'INSERT OR REPLACE INTO unfinished (job, version, attempts, retry_at) VALUES (?, ?, ?, ?)';
    this.#sql.query(statement, job, version, attempts, retryAt);
  }

  /** Removes a job that has finished, unless the document was replaced since. */
  remove(unfinished: UnfinishedJob): void {
    const { job } = unfinished;
    if (this.#jobs?.get(job) !== unfinished) return;
    this.#jobs.delete(job);
    this.#sql.query('DELETE FROM unfinished WHERE job = ?', job);
  }

  get(job: string): UnfinishedJob | null {
    return this.#read().get(job) ?? null;
  }

  /** Drops what is cached. */
  invalidate(): void {
    this.#jobs = null;
  }

  #read(): Map<string, UnfinishedJob> {
    return this.#jobs ??= new Map(this.#readStored().map((job) => [job.job, job]));
  }

  #readStored(): UnfinishedJob[] {
    if (!hasTables(this.#sql)) return [];
    migrate(this.#sql);
    return this.#sql.query('SELECT job, version, attempts, retry_at AS retryAt FROM unfinished')
      .map((row) => row as unknown as UnfinishedJob);
  }
}
