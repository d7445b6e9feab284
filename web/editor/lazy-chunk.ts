import { whenIdle } from '../platform/when-idle.ts';

/** How long to wait for the browser to become idle, in milliseconds. */
const idleTimeout = 300;
/** The delay before another attempt, in milliseconds. */
const retryDelay = 5_000;

/** A module in a file of its own, which loads after the first paint. */
export class LazyChunk<Module> {
  readonly #import: () => Promise<Module>;
  #module: Module | null = null;

  constructor(importModule: () => Promise<Module>) {
    this.#import = importModule;
  }

  /** The module, or null until it has loaded. */
  get loaded(): Module | null {
    return this.#module;
  }

  /**
   * Loads the module once. Rejects with a `TypeError` when the request fails; call again to retry.
   */
  async load(): Promise<Module> {
    return this.#module ??= await this.#import();
  }

  /**
   * Loads the module when the browser is idle, so that it is available offline later, and retries
   * until that succeeds. Then calls `onLoad`.
   */
  loadWhenIdle(onLoad: (module: Module) => void = () => {}): void {
    const load = () => {
      this.load().then(onLoad, (error: unknown) => {
        if (!(error instanceof TypeError)) throw error;
        setTimeout(load, retryDelay);
      });
    };
    whenIdle(load, idleTimeout);
  }
}
