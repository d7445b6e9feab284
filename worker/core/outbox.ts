import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import type { Connection } from './connection.ts';

/** What a connection has been sent and has not yet shown to have received. */
interface Window {
  /** Bytes since the last answered probe. */
  unconfirmed: number;
  /** Bytes that were unconfirmed when the probe under way was sent; null without one. */
  probedAt: number | null;
}

/**
 * Sends frames, and notices who does not read them. The platform queues without end for a client that
 * does not read, in memory that all documents on the machine share, and tells nobody how much.
 *
 * So from time to time a client is asked something it can only answer once it has read all that came
 * before: our state vector, which every Yjs client answers with a sync step 2. A client far behind
 * first gets no more awareness and then loses its connection; it comes back for what it lacks.
 *
 * What is counted lies in memory alone: nothing can be on its way to anyone while the room sleeps.
 */
export class Outbox {
  readonly #probe: () => Uint8Array;
  readonly #windows = new WeakMap<Connection, Window>();

  /** `probe` makes a frame with a sync step 1. */
  constructor(probe: () => Uint8Array) {
    this.#probe = probe;
  }

  /** Sends what the client must not miss, or ends its connection if it is too far behind. */
  send(to: Connection, frame: Uint8Array): void {
    const window = this.#windowOf(to);
    if (window.unconfirmed > limits.unconfirmedBytes) {
      to.close(CloseCode.tryAgainLater, 'Too far behind: come back for the rest');
      return;
    }
    to.send(frame);
    window.unconfirmed += frame.length + frameOverhead;
    if (window.probedAt === null && window.unconfirmed > limits.probeBytes) this.#ask(to, window);
  }

  /** Sends what a client that is behind can do without. */
  sendIfReading(to: Connection, frame: Uint8Array): void {
    if (this.#windowOf(to).unconfirmed <= limits.unconfirmedBytesForPresence) this.send(to, frame);
  }

  /**
   * Sends an answer to the client's own question, however long, which ends with a sync step 1. Not
   * counted: who asks for a book may take its time to read it.
   */
  answer(to: Connection, frames: readonly Uint8Array[]): void {
    for (const frame of frames) to.send(frame);
    this.#windowOf(to).probedAt ??= this.#windowOf(to).unconfirmed;
  }

  /** The client has answered a sync step 1: it has read all that was sent before that. */
  confirmed(from: Connection): void {
    const window = this.#windowOf(from);
    if (window.probedAt === null) return;
    window.unconfirmed -= window.probedAt;
    window.probedAt = null;
    if (window.unconfirmed > limits.probeBytes) this.#ask(from, window);
  }

  #ask(whom: Connection, window: Window): void {
    whom.send(this.#probe());
    window.probedAt = window.unconfirmed;
  }

  #windowOf(connection: Connection): Window {
    let window = this.#windows.get(connection);
    if (!window) this.#windows.set(connection, window = { unconfirmed: 0, probedAt: null });
    return window;
  }
}

/** What a queued frame takes beside its bytes, roughly. */
const frameOverhead = 64;
