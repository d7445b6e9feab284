import { limits } from '../../../protocol/limits.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';

export interface SendQueueEvents {
  /** Makes the frame that asks. */
  syncStep1(): Uint8Array;
  /** The client does not read what it is sent, and must go. */
  tooFarBehind(client: Connection): void;
  /** The client keeps answering what it was not asked. */
  guessed(client: Connection): void;
}

/** How far a connection has been sent to, and how far it has shown to have read. In bytes. */
interface Window {
  sent: number;
  read: number;
  /**
   * How far it had been sent to at each question it has not answered, how long an answer to its own
   * question came before, and when; answers come in order.
   */
  readonly asked: { readonly sent: number; readonly answer: number; readonly at: number }[];
  /** Answers to nothing. */
  guessed: number;
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
export class SendQueue {
  readonly #host: RoomHost;
  readonly #events: SendQueueEvents;
  readonly #windows = new WeakMap<Connection, Window>();
  /** How long the answers are that somebody has not read yet, together. */
  #unread = 0;

  constructor(host: RoomHost, events: SendQueueEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** Sends what the client must not miss, or ends its connection if it is too far behind. */
  send(to: Connection, frame: Uint8Array): void {
    const window = this.#windowOf(to);
    if (window.sent - window.read > limits.unconfirmedBytes) {
      this.#events.tooFarBehind(to);
      return;
    }
    to.send(frame);
    window.sent += frame.length + frameOverhead;
    const sinceAsked = window.sent - (window.asked.at(-1)?.sent ?? window.read);
    if (sinceAsked > limits.probeBytes) this.ask(to);
  }

  /** Sends what a client that is behind can do without. */
  sendIfReading(to: Connection, frame: Uint8Array): void {
    const { sent, read } = this.#windowOf(to);
    if (sent - read <= limits.unconfirmedBytesForPresence) this.send(to, frame);
  }

  /**
   * Sends an answer to the client's own question, however long, which ends with a sync step 1. Not
   * counted: who asks for a book may take its time to read it.
   */
  answer(to: Connection, frames: readonly Uint8Array[]): void {
    for (const frame of frames) to.send(frame);
    const { asked, sent } = this.#windowOf(to);
    const answer = frames.reduce((sum, frame) => sum + frame.length, 0);
    asked.push({ sent, answer, at: this.#host.now() });
    this.#unread += answer;
  }

  /**
   * Whether a client, and all together, have read enough of the answers to their questions for one
   * more to be given. Nothing else bounds what is asked for and never read. Where others have long
   * left theirs unread, they lose their connections to make room.
   */
  mayAsk(client: Connection): boolean {
    if (unreadIn(this.#windowOf(client)) > limits.unconfirmedBytes) return false;
    if (this.#unread > limits.unreadAnswerBytes) this.#makeRoom(client);
    return this.#unread <= limits.unreadAnswerBytes;
  }

  /** The connection has ended: whatever it has not read it never will. */
  forget(gone: Connection): void {
    const window = this.#windowOf(gone);
    this.#unread -= unreadIn(window);
    window.asked.length = 0;
  }

  #makeRoom(asking: Connection): void {
    const now = this.#host.now();
    for (const connection of [...this.#host.connections()]) {
      const { at = now } = this.#windowOf(connection).asked.find(({ answer }) => answer > 0) ?? {};
      // A clock that was set back makes nobody wait for ever.
      const isStalled = now - at > limits.answerTimeout || now < at;
      if (connection !== asking && isStalled) this.#events.tooFarBehind(connection);
    }
  }

  /** Asks a client for all that the log lacks; what it says is told by {@link answered}. */
  ask(whom: Connection): void {
    whom.send(this.#events.syncStep1());
    const { asked, sent } = this.#windowOf(whom);
    asked.push({ sent, answer: 0, at: this.#host.now() });
  }

  /** Whether the client has been asked and has not answered yet. */
  hasAsked(whom: Connection): boolean {
    return this.#windowOf(whom).asked.length > 0;
  }

  /**
   * The client has sent a sync step 2: it has read all that was sent before it was asked. Who answers
   * what nobody asked is guessing, so as to be taken for somebody who reads; a few are forgiven, since
   * what was asked before the room slept is forgotten.
   */
  answered(from: Connection): void {
    const window = this.#windowOf(from);
    const asked = window.asked.shift();
    if (asked) {
      window.read = asked.sent;
      this.#unread -= asked.answer;
    } else if (++window.guessed > limits.unsolicitedAnswers) {
      this.#events.guessed(from);
    }
  }

  #windowOf(connection: Connection): Window {
    let window = this.#windows.get(connection);
    if (!window) {
      this.#windows.set(connection, window = { sent: 0, read: 0, asked: [], guessed: 0 });
    }
    return window;
  }
}

/** What a queued frame takes beside its bytes, roughly. */
const frameOverhead = 64;

/** How long the answers are that a client has not read yet. */
function unreadIn({ asked }: Window): number {
  return asked.reduce((sum, { answer }) => sum + answer, 0);
}
