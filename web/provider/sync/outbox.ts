import type { Message } from '../../../protocol/messages.ts';

type OutgoingUpdate = Message & { readonly type: 'update' | 'sync-step-2' };

/** A longer update leaves only when all before it are answered, in bytes: the service may take long. */
const maxPipelined = 4096;

/** Sends the updates of one connection in order, and knows which ones are not answered. */
export class Outbox {
  readonly #send: (update: OutgoingUpdate) => void;
  #waiting: OutgoingUpdate[] = [];
  /** What was sent and not answered; answers arrive in the same order. */
  #unanswered: OutgoingUpdate['type'][] = [];

  constructor(send: (update: OutgoingUpdate) => void) {
    this.#send = send;
  }

  /** Whether everything was sent and answered. */
  get isEmpty(): boolean {
    return this.#waiting.length + this.#unanswered.length === 0;
  }

  /** Whether a sync step 2 was sent and not answered. */
  get awaitsSyncStep2(): boolean {
    return this.#unanswered.includes('sync-step-2');
  }

  add(update: OutgoingUpdate): void {
    this.#waiting.push(update);
    this.#sendNext();
  }

  /** The service has stored the oldest updates. */
  saved(count: number): void {
    this.#unanswered.splice(0, count);
    this.#sendNext();
  }

  /** The service has rejected the oldest update. What waits may depend on it. */
  rejected(): void {
    this.#unanswered.shift();
  }

  /** Drops what was not sent: the next sync step 2 carries it. */
  dropWaiting(): void {
    this.#waiting = [];
  }

  #sendNext(): void {
    for (
      let next = this.#waiting[0];
      next && (this.#unanswered.length === 0 || next.update.length <= maxPipelined);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#unanswered.push(next.type);
      this.#send(next);
    }
  }
}
