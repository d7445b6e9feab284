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

/** The methods through which Yjs and the editor call the binding of y-prosemirror. */
export const entryPoints = [
  'beforeAllTransactions',
  '_observeFunction',
  '_prosemirrorChanged',
] as const;

type Binding = { [name in (typeof entryPoints)[number]]: (...parameters: never[]) => void };

/**
 * Runs the binding's methods in the guard. Call it before the view exists, which registers them with
 * Yjs. They are private, but y-prosemirror is pinned. An exception in `beforeAllTransactions` would
 * leave the document in a transaction that never ends: it would send no more updates.
 */
export function guardBinding(binding: Binding, guard: FailureGuard): void {
  for (const name of entryPoints) {
    const method = binding[name].bind(binding);
    binding[name] = (...parameters) => guard.run(() => method(...parameters));
  }
}
