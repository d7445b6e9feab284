import * as Y from 'yjs';
import { Throttle } from './throttle.ts';

/**
 * Merges local updates into few messages. The first update after a pause is sent immediately; those
 * that follow within the window are merged into one.
 */
export class UpdateBatch {
  readonly #send: (update: Uint8Array) => void;
  readonly #throttle: Throttle;
  #updates: Uint8Array[] = [];

  /** `window` returns how long to collect updates, in milliseconds. */
  constructor(window: () => number, send: (update: Uint8Array) => void) {
    this.#send = send;
    this.#throttle = new Throttle(window, () => this.#sendMerged());
  }

  get isEmpty(): boolean {
    return this.#updates.length === 0;
  }

  add(update: Uint8Array): void {
    this.#updates.push(update);
    this.#throttle.request();
  }

  /** Sends the collected updates now. */
  flush(): void {
    this.#throttle.flush();
  }

  /** Drops the collected updates: another message carries them. */
  clear(): void {
    this.#updates = [];
    this.#throttle.cancel();
  }

  #sendMerged(): void {
    const [first, ...others] = this.#updates;
    this.#updates = [];
    if (first) this.#send(others.length === 0 ? first : Y.mergeUpdates([first, ...others]));
  }
}
