import type { Job, Outcome } from '../../core/jobs/job.ts';
import { runJob } from '../../core/jobs/run-job.ts';
import { type ContentSource, writeContent } from '../../write-content.ts';

/** What a thread can run: a job of a document, and the writing of content, which is not in the core. */
export type ThreadJob = Job | { readonly type: 'content'; readonly source: ContentSource };

/** The `result` is that of the job. */
export type ThreadOutcome =
  | Exclude<Outcome, { status: 'done' }>
  | { readonly status: 'done'; readonly result: unknown };

/** Runs a job. An exception becomes part of the outcome. */
export async function runThreadJob(job: ThreadJob): Promise<ThreadOutcome> {
  if (job.type !== 'content') return runJob(job);
  try {
    return { status: 'done', result: await writeContent(job.source) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { status: 'failed', error };
  }
}
