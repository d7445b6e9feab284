/** Runs in a Worker: answers each job with its outcome. */
import { parentPort } from 'node:worker_threads';
import type { Job } from '../../core/jobs/job.ts';
import { runJob } from '../../core/jobs/run-job.ts';
import { packBytes, unpackBytes } from './job-bytes.ts';

/** An outcome between threads. An error keeps its name and message. */
export type Answer =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed'; readonly name: string; readonly message: string };

parentPort?.on('message', (job: object) => {
  const { message, moved } = packBytes(answerTo(unpackBytes(job) as Job));
  parentPort?.postMessage(message, moved);
});

function answerTo(job: Job): Answer {
  const outcome = runJob(job);
  if (outcome.status === 'done') return outcome;
  const { name, message } = outcome.status === 'failed' ? outcome.error : new Error('Stopped');
  return { status: 'failed', name, message };
}
