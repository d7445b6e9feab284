import { Worker } from 'node:worker_threads';
import { JobLimitError } from '../../core/jobs/job.ts';
import { packBytes, unpackBytes } from './job-bytes.ts';
import type { Answer } from './job-worker.ts';
import type { ThreadJob, ThreadOutcome } from './thread-job.ts';

export interface ThreadLimits {
  /** How long a job may run, in milliseconds. The largest honest documents take a tenth of that. */
  readonly deadline: number;
  /** The memory of a thread, in MiB, without the bytes of jobs. */
  readonly heap: number;
  /** A thread ends after this time without a job, in milliseconds. */
  readonly idleTimeout: number;
}

const defaults: ThreadLimits = { deadline: 15_000, heap: 512, idleTimeout: 30_000 };

interface PendingJob {
  readonly document: string;
  readonly job: ThreadJob;
  resolve(outcome: ThreadOutcome): void;
}

/**
 * A Worker that starts with the first job and ends when it is idle. A job that takes too long ends it;
 * the next job starts another.
 */
export class JobThread {
  readonly #limits: ThreadLimits;
  /** The waiting jobs by document. The document at the front is next. */
  readonly #waiting = new Map<string, PendingJob[]>();
  #worker: Worker | null = null;
  #running: PendingJob | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Partial<ThreadLimits>) {
    this.#limits = { ...defaults, ...limits };
  }

  run(document: string, job: ThreadJob): Promise<ThreadOutcome> {
    return new Promise((resolve) => {
      const pending = { document, job, resolve };
      const waiting = this.#waiting.get(document);
      if (waiting) waiting.push(pending);
      else this.#waiting.set(document, [pending]);
      if (!this.#running) this.#startNext();
    });
  }

  async close(): Promise<void> {
    for (const { resolve } of [...this.#waiting.values()].flat()) resolve({ status: 'stopped' });
    this.#waiting.clear();
    this.#running?.resolve({ status: 'stopped' });
    this.#running = null;
    await this.#end();
  }

  #startNext(): void {
    clearTimeout(this.#timer);
    const pending = this.#running = this.#takeNext();
    if (!pending) {
      if (this.#worker) this.#timer = setTimeout(() => this.#end(), this.#limits.idleTimeout);
      return;
    }
    const { job } = pending;
    this.#worker ??= this.#start();
    const { message, moved } = packBytes(job);
    this.#worker.postMessage(message, moved);
    this.#timer = setTimeout(() => {
      this.#fail(`it took more than ${this.#limits.deadline} ms`);
    }, this.#limits.deadline);
  }

  /** Of each document one job, in turn. */
  #takeNext(): PendingJob | null {
    for (const [document, jobs] of this.#waiting) {
      const next = jobs.shift() ?? null;
      this.#waiting.delete(document);
      if (jobs.length > 0) this.#waiting.set(document, jobs);
      return next;
    }
    return null;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./job-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heap },
    });
    worker.on('message', (answer: object) => {
      if (worker === this.#worker) this.#finish(outcomeOf(unpackBytes(answer) as Answer));
    });
    worker.on('error', (error: Error) => {
      if (worker === this.#worker) this.#fail(error.message);
    });
    return worker;
  }

  #fail(reason: string): void {
    void this.#end();
    this.#finish({ status: 'failed', error: new JobLimitError(`Job ended: ${reason}`) });
  }

  #finish(outcome: ThreadOutcome): void {
    const ended = this.#running;
    ended?.resolve(outcome);
    if (ended) this.#moveToEnd(ended.document);
    this.#startNext();
  }

  /** Lets the jobs of other documents go first. */
  #moveToEnd(document: string): void {
    const jobs = this.#waiting.get(document);
    if (!jobs) return;
    this.#waiting.delete(document);
    this.#waiting.set(document, jobs);
  }

  /** Ends the Worker. It may go on for two seconds when it is busy. */
  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

/** The errors that callers tell apart. */
const errorTypes: Readonly<Record<string, ErrorConstructor>> = { SyntaxError, RangeError };

function outcomeOf(answer: Answer): ThreadOutcome {
  if (answer.status === 'done') return answer;
  const { name, message } = answer;
  return { status: 'failed', error: new (errorTypes[name] ?? Error)(message) };
}
