import { limits } from '../../protocol/limits.ts';
import { Allowance } from './allowance.ts';
import type { Connection } from './connection.ts';
import type { RoomHost } from './host.ts';

/** A frame as it came: text frames mean nothing, but that is for others to say. */
export type Frame = Uint8Array | string;

export interface InboxEvents {
  handle(sender: Connection, frame: Frame): void;
  /** Too much of what it has sent would have to wait; the sender must go. */
  flooded(sender: Connection): void;
}

/** What one connection has sent that is not handled yet, in order. */
interface Waiting {
  readonly frames: Frame[];
  cost: number;
  /** Frames handled as they came since {@link Waiting.since}. */
  handled: number;
  since: number;
}

/**
 * Takes frames in. Nearly all are handled as they come. Of a connection that sends many, the rest
 * wait a moment and are handled together: one turn with one commit for all of them, not one for each,
 * so that the others get their turn. What exceeds its allowance waits longer; the order stays.
 */
export class Inbox {
  readonly #host: RoomHost;
  readonly #allowance: Allowance;
  readonly #events: InboxEvents;
  readonly #waiting = new WeakMap<Connection, Waiting>();

  constructor(host: RoomHost, allowance: Allowance, events: InboxEvents) {
    this.#host = host;
    this.#allowance = allowance;
    this.#events = events;
  }

  take(sender: Connection, frame: Frame): void {
    const waiting = this.#waitingOf(sender);
    const now = this.#host.now();
    // A clock that was set back begins a new window, too.
    if (now - waiting.since >= limits.inboxWindow || now < waiting.since) {
      waiting.since = now;
      waiting.handled = 0;
    }
    const isFree = waiting.frames.length === 0 && waiting.handled < limits.framesAtOnce;
    if (isFree && this.#allowance.wait(sender, 0, now) === 0) {
      waiting.handled++;
      this.#handle(sender, frame);
      return;
    }
    waiting.frames.push(frame);
    waiting.cost += Allowance.cost(frame.length);
    if (this.#allowance.wait(sender, waiting.cost, now) > limits.longestWait) {
      this.forget(sender);
      this.#events.flooded(sender);
    } else if (waiting.frames.length === 1) {
      this.#later(sender, waiting);
    }
  }

  /**
   * Handles all that waits, whatever the allowance: its sender has closed the connection and will
   * not send it again.
   */
  finish(sender: Connection): void {
    const { frames } = this.#waitingOf(sender);
    while (frames.length > 0) this.#handle(sender, frames.shift() ?? '');
  }

  /** Drops all that waits: its sender was closed, and will come back with it. */
  forget(sender: Connection): void {
    const waiting = this.#waitingOf(sender);
    waiting.frames.length = waiting.cost = 0;
  }

  #handle(sender: Connection, frame: Frame): void {
    this.#allowance.spend(sender, frame.length, this.#host.now());
    this.#events.handle(sender, frame);
  }

  #later(sender: Connection, waiting: Waiting): void {
    this.#host.after(limits.inboxWindow, () => {
      const now = this.#host.now();
      while (waiting.frames.length > 0 && this.#allowance.wait(sender, 0, now) === 0) {
        const frame = waiting.frames.shift() ?? '';
        waiting.cost -= Allowance.cost(frame.length);
        this.#handle(sender, frame);
      }
      if (waiting.frames.length > 0) this.#later(sender, waiting);
    });
  }

  #waitingOf(sender: Connection): Waiting {
    let waiting = this.#waiting.get(sender);
    if (!waiting) {
      this.#waiting.set(sender, waiting = { frames: [], cost: 0, handled: 0, since: 0 });
    }
    return waiting;
  }
}
