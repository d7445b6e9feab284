import type { RoomHost } from '../host.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { JobOf, JobType, Outcome } from './job.ts';
import { runJob } from './run-job.ts';
import type { UnfinishedJob } from './unfinished-jobs.ts';

/** The event of a failed job, with `job`, `attempts`, `retryAt` and `reason`. */
export const failedJob = 'job failed';

/**
 * Runs the jobs of one document: small ones at once, large ones where the host runs them. Notes what
 * does not finish, see {@link UnfinishedJobs}.
 */
export class JobRunner {
  readonly #log: UpdateLog;
  readonly #host: Pick<RoomHost, 'now' | 'report' | 'jobs'>;

  constructor(log: UpdateLog, host: Pick<RoomHost, 'now' | 'report' | 'jobs'>) {
    this.#log = log;
    this.#host = host;
  }

  /** Whether jobs on the whole document are large. */
  get isLarge(): boolean {
    return this.#log.work > this.#host.jobs.inlineWork;
  }

  /** See `UnfinishedJobs.startableAt`. */
  startableAt(name: string): number {
    return this.#log.unfinished.startableAt(name, this.#log.version, this.#host.now());
  }

  /**
   * Runs a job and calls `done` once, before it returns for a small job. Notes the job under a name.
   * `work` is that of loading the document, unless the job loads more.
   */
  run<T extends JobType>(
    name: string,
    job: JobOf<T>,
    done: (outcome: Outcome<T>) => void,
    work = this.#log.work,
  ): void {
    if (work <= this.#host.jobs.inlineWork) {
      const outcome = runJob(job);
      if (outcome.status === 'failed') this.noteFailure(name, outcome.error);
      else this.#remove(this.#log.unfinished.get(name));
      return done(outcome);
    }
    const noted = this.#note(name);
    this.#host.jobs.runLarge(job, (outcome) => {
      if (outcome.status === 'failed') this.#report(name, outcome.error);
      else this.#remove(noted);
      done(outcome);
    });
  }

  /** Notes and reports that a job, or the use of its result, has failed. */
  noteFailure(name: string, error: Error): void {
    this.#note(name);
    this.#report(name, error);
  }

  /** When the disk is full, a job is noted in memory: reading goes on. */
  #note(name: string): UnfinishedJob {
    const { unfinished, version } = this.#log;
    const noted = unfinished.next(name, version, this.#host.now());
    this.#attempt(name, () => unfinished.add(noted));
    return noted;
  }

  #remove(noted: UnfinishedJob | null): void {
    if (noted) this.#attempt(noted.job, () => this.#log.unfinished.remove(noted));
  }

  #attempt(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#report(name, error as Error);
    }
  }

  #report(name: string, error: Error): void {
    const { attempts, retryAt } = this.#log.unfinished.get(name) ?? { attempts: 0, retryAt: 0 };
    this.#host.report(failedJob, { job: name, attempts, retryAt, reason: error.message });
  }
}
