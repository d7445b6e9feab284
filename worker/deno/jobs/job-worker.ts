/** Runs in a Worker: answers each job with its outcome. */
import { parentPort } from 'node:worker_threads';
import { packBytes, unpackBytes } from './job-bytes.ts';
import { runThreadJob, type ThreadJob } from './thread-job.ts';

/** An outcome between threads. An error keeps its name and message. */
export type Answer =
  | { readonly status: 'done'; readonly result: unknown }
  | { readonly status: 'failed'; readonly name: string; readonly message: string };

parentPort?.on('message', (job: object) => {
  void answerTo(unpackBytes(job) as ThreadJob).then((answer) => {
    const { message, moved } = packBytes(answer);
    parentPort?.postMessage(message, moved);
  });
});

async function answerTo(job: ThreadJob): Promise<Answer> {
  const outcome = await runThreadJob(job);
  if (outcome.status === 'done') return outcome;
  const { name, message } = outcome.status === 'failed' ? outcome.error : new Error('Stopped');
  return { status: 'failed', name, message };
}
