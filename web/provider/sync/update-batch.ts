import * as Y from 'yjs';

/**
 * Gathers local updates into few messages. The first after a pause leaves at once; what follows
 * within the window leaves together, merged.
 */
export class UpdateBatch {
  readonly #send: (update: Uint8Array) => void;
  readonly #window: () => number;
  #updates: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `window` is asked anew each time: how long to gather, in milliseconds. */
  constructor(send: (update: Uint8Array) => void, window: () => number) {
    this.#send = send;
    this.#window = window;
  }

  get isEmpty(): boolean {
    return this.#updates.length === 0;
  }

  add(update: Uint8Array): void {
    this.#updates.push(update);
    if (this.#timer === null) this.#sendAndWait();
  }

  /** Sends what is there, now. */
  flush(): void {
    const updates = this.#updates;
    if (updates.length === 0) return;
    this.#updates = [];
    this.#send(updates.length === 1 && updates[0] ? updates[0] : Y.mergeUpdates(updates));
  }

  /** Forgets what is there: something else has carried it, or will. */
  clear(): void {
    this.#updates = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #sendAndWait(): void {
    this.flush();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.isEmpty) this.#sendAndWait();
    }, this.#window());
  }
}
