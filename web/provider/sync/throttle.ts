/** Runs work on request: immediately after a pause, then once for all requests within the next pause. */
export class Throttle {
  readonly #work: () => void;
  readonly #pause: () => number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isRequested = false;

  /** `pause` returns the minimum time between two runs, in milliseconds. It is called before each run. */
  constructor(pause: () => number, work: () => void) {
    this.#pause = pause;
    this.#work = work;
  }

  request(): void {
    this.#isRequested = true;
    if (this.#timer === null) this.#run();
  }

  /** Runs the requested work now; does nothing without a request. */
  flush(): void {
    if (this.#isRequested) this.#run();
  }

  /** Drops the request. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isRequested = false;
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isRequested = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, this.#pause());
    this.#work();
  }
}
