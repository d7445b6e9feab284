import type { JobHost } from '../core/host.ts';
import { runJob } from '../core/jobs/run-job.ts';

/**
 * Runs large jobs in the object itself, whose time and memory the platform limits. Jobs up to
 * `inlineWork` leave room in its 128 MB for a `Y.Doc`, which takes about sixteen times the stored bytes.
 */
export function jobsIn({ storage }: Pick<DurableObjectState, 'storage'>): JobHost {
  return {
    inlineWork: 6 * 1024 * 1024,
    isParallel: false,
    runLarge(job, done) {
      // The platform commits writes together that no `await` separates. The note of this job must be
      // stored when the job ends the object.
      void storage.sync().then(() => done(runJob(job)));
    },
  };
}
