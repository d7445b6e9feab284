/**
 * Catches every exception of the binding in one place. `onFailure` is called once. After that, nothing
 * runs: a binding that has missed a change would delete it with the next key.
 */
export class FailureGuard {
  readonly #onFailure: (error: unknown) => void;
  #isStopped = false;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Makes later calls of `run` do nothing. Does not call `onFailure`. */
  stop(): void {
    this.#isStopped = true;
  }

  run(work: () => void): void {
    if (this.#isStopped) return;
    try {
      work();
    } catch (error) {
      this.#isStopped = true;
      this.#onFailure(error);
    }
  }
}
