import type { JobHost } from '../../worker/core/host.ts';
import {
  JobLimitError,
  type JobOf,
  type JobType,
  type Outcome,
} from '../../worker/core/jobs/job.ts';
import { runJob } from '../../worker/core/jobs/run-job.ts';

interface PendingJob {
  readonly type: JobType;
  run(): Outcome;
  done(outcome: Outcome): void;
}

/** Keeps every job until a test ends it. */
export class DelayedJobs implements JobHost {
  inlineWork = -1;
  readonly isParallel = true;
  readonly pending: PendingJob[] = [];

  runLarge<T extends JobType>(job: JobOf<T>, done: (outcome: Outcome<T>) => void): void {
    this.pending.push({
      type: job.type,
      run: () => runJob(job) as Outcome,
      done: done as (outcome: Outcome) => void,
    });
  }

  /** Runs the oldest job to its end. */
  finish(): void {
    const job = this.#next();
    job.done(job.run());
  }

  /** Ends the oldest job at its deadline. */
  expire(): void {
    this.#next().done({ status: 'failed', error: new JobLimitError('Job ended: too slow') });
  }

  /** Loses all jobs, as when the process ends. */
  lose(): void {
    this.pending.length = 0;
  }

  #next(): PendingJob {
    const job = this.pending.shift();
    if (!job) throw new Error('No job is running');
    return job;
  }
}
