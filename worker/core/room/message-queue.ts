import { limits } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';

export interface MessageQueueEvents {
  handle(sender: Connection, message: Message): void;
  /** Too much of what it has sent would have to wait; the sender must go. */
  flooded(sender: Connection): void;
}

/** What one connection has sent that is not handled yet, in order. */
interface Waiting {
  readonly messages: { readonly message: Message; readonly bytes: number }[];
  cost: number;
  bytes: number;
  /** Messages handled as they came since {@link Waiting.since}. */
  handled: number;
  since: number;
}

/**
 * Takes messages in. Nearly all are handled as they come. Of a connection that sends many, the rest
 * wait a moment and are handled together: one turn with one commit for all of them, not one for each,
 * so that the others get their turn. What exceeds its allowance waits longer; the order stays. Of all
 * connections together at most {@link limits.queuedBytes} wait: over it, whoever has most goes.
 */
export class MessageQueue {
  readonly #host: RoomHost;
  readonly #allowance: RateLimiter;
  readonly #events: MessageQueueEvents;
  readonly #waiting = new WeakMap<Connection, Waiting>();
  /** Those of whom anything waits. */
  readonly #backlog = new Map<Connection, Waiting>();
  #bytes = 0;

  constructor(host: RoomHost, allowance: RateLimiter, events: MessageQueueEvents) {
    this.#host = host;
    this.#allowance = allowance;
    this.#events = events;
  }

  /** A message, and how many bytes of a frame it took. */
  take(sender: Connection, message: Message, bytes: number): void {
    const waiting = this.#waitingOf(sender);
    const now = this.#host.now();
    // A clock that was set back begins a new window, too.
    if (now - waiting.since >= limits.queueWindow || now < waiting.since) {
      waiting.since = now;
      waiting.handled = 0;
    }
    const isFree = waiting.messages.length === 0 && waiting.handled < limits.immediateMessages;
    if (isFree && this.#allowance.wait(sender, 0, now) === 0) {
      waiting.handled++;
      this.#handle(sender, { message, bytes });
      return;
    }
    this.#push(sender, waiting, { message, bytes });
    if (this.#allowance.wait(sender, waiting.cost, now) > limits.maxQueueDelay) {
      this.#drop(sender);
      return;
    }
    if (waiting.messages.length === 1) this.#later(sender, waiting);
    if (this.#bytes > limits.queuedBytes) this.#drop(this.#greediest());
  }

  /**
   * Handles all that waits, whatever the allowance: its sender has closed the connection and will
   * not send it again.
   */
  finish(sender: Connection): void {
    const waiting = this.#waitingOf(sender);
    for (let next = this.#shift(sender, waiting); next; next = this.#shift(sender, waiting)) {
      this.#handle(sender, next);
    }
  }

  /** Drops all that waits: its sender was closed, and will come back with it. */
  forget(sender: Connection): void {
    const waiting = this.#waitingOf(sender);
    this.#bytes -= waiting.bytes;
    waiting.messages.length = waiting.cost = waiting.bytes = 0;
    this.#backlog.delete(sender);
  }

  #drop(sender: Connection): void {
    this.forget(sender);
    this.#events.flooded(sender);
  }

  /** Of whom most waits; there is somebody. */
  #greediest(): Connection {
    const [greediest] = [...this.#backlog].reduce((a, b) => b[1].bytes > a[1].bytes ? b : a);
    return greediest;
  }

  #handle(sender: Connection, { message, bytes }: Waiting['messages'][number]): void {
    this.#allowance.spend(sender, bytes, this.#host.now());
    this.#events.handle(sender, message);
  }

  #later(sender: Connection, waiting: Waiting): void {
    this.#host.after(limits.queueWindow, () => {
      const now = this.#host.now();
      // Not more than so much in one turn: the others wait for its end.
      const rest = waiting.cost - limits.maxBatchCost;
      while (
        waiting.messages.length > 0 && waiting.cost > rest &&
        this.#allowance.wait(sender, 0, now) === 0
      ) {
        this.#handle(sender, this.#shift(sender, waiting)!); // there is one
      }
      if (waiting.messages.length > 0) this.#later(sender, waiting);
    });
  }

  #waitingOf(sender: Connection): Waiting {
    let waiting = this.#waiting.get(sender);
    if (!waiting) {
      this.#waiting.set(
        sender,
        waiting = { messages: [], cost: 0, bytes: 0, handled: 0, since: 0 },
      );
    }
    return waiting;
  }

  #push(sender: Connection, waiting: Waiting, one: Waiting['messages'][number]): void {
    waiting.messages.push(one);
    waiting.cost += RateLimiter.cost(one.bytes);
    waiting.bytes += one.bytes + overhead;
    this.#bytes += one.bytes + overhead;
    this.#backlog.set(sender, waiting);
  }

  #shift(sender: Connection, waiting: Waiting): Waiting['messages'][number] | undefined {
    const next = waiting.messages.shift();
    if (!next) return undefined;
    waiting.cost -= RateLimiter.cost(next.bytes);
    waiting.bytes -= next.bytes + overhead;
    this.#bytes -= next.bytes + overhead;
    if (waiting.messages.length === 0) this.#backlog.delete(sender);
    return next;
  }
}

/** What a message takes beside its bytes, roughly. */
const overhead = 256;
