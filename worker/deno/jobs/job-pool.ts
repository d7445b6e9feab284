import {
  type Job,
  JobLimitError,
  type JobOf,
  type JobType,
  type Outcome,
} from '../../core/jobs/job.ts';
import { overloaded } from '../../http/problem.ts';
import { type ContentSource, writeContent } from '../../write-content.ts';
import { JobThread, type ThreadLimits } from './job-thread.ts';
import type { ThreadJob, ThreadOutcome } from './thread-job.ts';
import { byteLengthOf } from './job-bytes.ts';

/** Bytes of the documents whose jobs wait or run. */
const maxBytes = 256 * 1024 * 1024;
/** Characters of content that are written in the thread of the service; that takes up to 20 ms. */
const inlineCharacters = 8 * 1024;

/**
 * Runs jobs in threads, at most as many as the machine has cores. All jobs of a document run in one
 * thread, one after the other; a document with many jobs waits for its turn after each.
 */
export class JobPool {
  readonly limit = maxBytes;
  readonly #threads: readonly JobThread[];
  #bytes = 0;
  #isClosed = false;

  constructor(limits: Partial<ThreadLimits> = {}) {
    const length = Math.max(1, navigator.hardwareConcurrency);
    this.#threads = Array.from({ length }, () => new JobThread(limits));
  }

  /** Bytes that waiting and running jobs hold. */
  get used(): number {
    return this.#bytes;
  }

  /** Runs a job of a document. The outcome is `stopped` when the pool is full or closes. */
  async run<T extends JobType>(document: string, job: JobOf<T>): Promise<Outcome<T>> {
    // The outcome of a job is of its type.
    return await this.#run(document, job as Job, byteLengthOf(job)) as Outcome<T>;
  }

  /**
   * {@link writeContent}, of long content in a thread. Throws a Problem (503) when the pool is full or
   * closes, and a RangeError for content that takes too long.
   */
  async write(document: string, source: ContentSource): ReturnType<typeof writeContent> {
    const { text, markdown } = source;
    const { length } = markdown ?? text ?? '';
    if (length <= inlineCharacters) return await writeContent(source);
    const outcome = await this.#run(document, { type: 'content', source }, 2 * length);
    if (outcome.status === 'stopped') throw overloaded();
    if (outcome.status === 'done') {
      return outcome.result as Awaited<ReturnType<typeof writeContent>>;
    }
    if (outcome.error instanceof JobLimitError) throw new RangeError(outcome.error.message);
    throw outcome.error;
  }

  /** Ends all threads. Their jobs are stopped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #run(document: string, job: ThreadJob, bytes: number): Promise<ThreadOutcome> {
    if (this.#isClosed || this.#bytes > 0 && this.#bytes + bytes > maxBytes) {
      return { status: 'stopped' };
    }
    this.#bytes += bytes;
    try {
      const thread = this.#threads[hash(document) % this.#threads.length]!; // in bounds
      return await thread.run(document, job);
    } finally {
      this.#bytes -= bytes;
    }
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
