/** Does work when it is asked for: at once after a pause, then once for all that asked meanwhile. */
export class Throttle {
  readonly #work: () => void;
  readonly #pause: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isWanted = false;

  /** `pause`: how long after the work was done, in milliseconds, it is not done again. */
  constructor(pause: number, work: () => void) {
    this.#pause = pause;
    this.#work = work;
  }

  ask(): void {
    this.#isWanted = true;
    if (this.#timer === null) this.#run();
  }

  /** Does at once what was asked for, if anything was. */
  flush(): void {
    if (this.#isWanted) this.#run();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isWanted = false;
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isWanted = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, this.#pause);
    this.#work();
  }
}
