import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { type ByteCount, messageOverhead } from './room-memory.ts';
import type { RateLimiter } from './rate-limiter.ts';

interface QueuedMessage {
  readonly message: Message;
  /** Its share of the frame it came in. */
  readonly bytes: number;
  /** What it costs when it is handled. */
  readonly units: number;
}

/** Units for a message of this length. */
export function messageWork(bytes: number): number {
  return 1 + bytes / workLimits.receivedBytes;
}

/** The reason for closing a client that exceeds its rate. */
export const rateReason = 'Too many messages. Reconnect in a moment.';

/**
 * The messages of one session that are not handled yet, in order.
 *
 * Nearly all messages are handled on receipt. A client that sends many has the rest handled in batches,
 * one turn and one commit each, so that other clients get their turn. A client that exceeds its rate
 * waits longer. Times are monotonic milliseconds.
 */
export class MessageQueue {
  readonly #limiter: RateLimiter;
  readonly #memory: ByteCount;
  #messages: QueuedMessage[] = [];
  /** Units that the queued messages cost. */
  #cost = 0;
  #windowStart = -Infinity;
  #handledInWindow = 0;

  constructor(limiter: RateLimiter, memory: ByteCount) {
    this.#limiter = limiter;
    this.#memory = memory;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Memory that the queued messages take. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Whether a message may be handled now; if so, it is paid for. Otherwise it must be queued. */
  admits(bytes: number, now: number): boolean {
    if (now - this.#windowStart >= limits.queueWindow) {
      this.#windowStart = now;
      this.#handledInWindow = 0;
    }
    if (!this.isEmpty || this.#handledInWindow >= limits.immediateMessages) return false;
    if (this.#limiter.wait(0, now) > 0) return false;
    this.#handledInWindow++;
    this.#limiter.charge(messageWork(bytes), now);
    return true;
  }

  /** Throws {@link ProtocolError} when the queue would take longer than {@link limits.maxQueueDelay}. */
  push(message: Message, bytes: number, now: number): void {
    const units = messageWork(bytes);
    this.#messages.push({ message, bytes, units });
    this.#cost += units;
    this.#memory.add(bytes + messageOverhead);
    if (this.#limiter.wait(this.#cost, now) > limits.maxQueueDelay) {
      throw new ProtocolError(CloseCode.tooMany, rateReason);
    }
  }

  /** Adds messages before all others. Their bytes are paid for. */
  putBack(messages: readonly Message[], bytesEach: number): void {
    const units = messageWork(0);
    this.#messages.unshift(
      ...messages.map((message) => ({ message, bytes: bytesEach, units })),
    );
    this.#cost += units * messages.length;
    this.#memory.add((bytesEach + messageOverhead) * messages.length);
  }

  /** Removes and pays for the next batch: what the rate allows, up to `workLimits.perTurn`. */
  *takeBatch(now: number): Generator<Message> {
    const remaining = this.#cost - workLimits.perTurn;
    while (this.#cost > remaining && this.#limiter.wait(0, now) === 0) {
      const message = this.#shift(now);
      if (!message) return;
      yield message;
    }
  }

  /**
   * Removes and pays for the messages of a client that has left, until it owes more work than a client
   * that stays may.
   */
  *takeLast(now: number): Generator<Message> {
    while (this.#limiter.wait(0, now) <= limits.maxQueueDelay) {
      const message = this.#shift(now);
      if (!message) return;
      yield message;
    }
  }

  clear(): void {
    this.#messages = [];
    this.#cost = 0;
    this.#memory.clear();
  }

  #shift(now: number): Message | undefined {
    const next = this.#messages.shift();
    if (!next) return undefined;
    this.#cost -= next.units;
    this.#memory.add(-next.bytes - messageOverhead);
    this.#limiter.charge(next.units, now);
    return next.message;
  }
}
