import type { RoomHost } from '../../host.ts';
import type { JobOf, JobResult, JobType, Outcome } from '../../jobs/job.ts';
import { JobRunner } from '../../jobs/job-runner.ts';
import type { UpdateLog } from '../../log/update-log.ts';
import type { Unavailable } from './render-result.ts';

/** When to try again to render a document that will not be rendered until it changes, in seconds. */
const retryAfterChange = 3600;

/** Runs the jobs that render a large document, each once for all concurrent readers. */
export class RenderJobs<Shown> {
  readonly #host: Pick<RoomHost, 'now' | 'report' | 'jobs'>;
  readonly #jobs: JobRunner;
  /** The jobs that run, by name, and what they render. */
  readonly #running = new Map<string, Promise<Shown | Unavailable>>();

  constructor(log: UpdateLog, host: Pick<RoomHost, 'now' | 'report' | 'jobs'>) {
    this.#host = host;
    this.#jobs = new JobRunner(log, host);
  }

  /** Whether the document has to be rendered by jobs. */
  get isLarge(): boolean {
    return this.#jobs.isLarge;
  }

  /** Returns what the job of this name renders: `start` begins it unless it runs already. */
  run<T extends JobType>(
    name: string,
    start: () => { readonly job: JobOf<T>; readonly shown: Shown },
    use: (result: JobResult<T>, shown: Shown) => void,
  ): Promise<Shown | Unavailable> {
    const running = this.#running.get(name);
    if (running) return running;
    const startableAt = this.#jobs.startableAt(name);
    if (startableAt > 0) return Promise.resolve(this.#unavailableUntil(startableAt));
    const { job, shown } = start();
    const outcome = new Promise<Outcome<T>>((resolve) => this.#jobs.run(name, job, resolve));
    const started = outcome.then((ended) => {
      this.#running.delete(name);
      if (ended.status !== 'done') return this.#unavailableUntil(this.#jobs.startableAt(name));
      use(ended.result, shown);
      return shown;
    });
    this.#running.set(name, started);
    return started;
  }

  #unavailableUntil(time: number): Unavailable {
    const seconds = Math.ceil((time - this.#host.now()) / 1000);
    return { status: 'unavailable', retryAfter: Math.max(1, Math.min(seconds, retryAfterChange)) };
  }
}
