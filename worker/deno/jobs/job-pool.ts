import { JobThread, type ThreadLimits } from './job-thread.ts';
import type { Job, JobOf, JobType, Outcome } from '../../core/jobs/job.ts';
import { byteLengthOf } from './job-bytes.ts';

/** Bytes of the documents whose jobs wait or run. */
const maxBytes = 256 * 1024 * 1024;

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
    const bytes = byteLengthOf(job);
    if (this.#isClosed || this.#bytes > 0 && this.#bytes + bytes > maxBytes) {
      return { status: 'stopped' };
    }
    this.#bytes += bytes;
    try {
      const thread = this.#threads[hash(document) % this.#threads.length]!; // in bounds
      // The outcome of a job is of its type.
      return await thread.run(document, job as Job) as Outcome<T>;
    } finally {
      this.#bytes -= bytes;
    }
  }

  /** Ends all threads. Their jobs are stopped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
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
