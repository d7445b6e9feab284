import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../protocol/messages.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import type { SendQueue } from './send-queue.ts';

/** An update that is stored and not yet sent to everyone. */
interface Pending {
  readonly update: Uint8Array;
  /** Null for the service itself. */
  readonly author: Connection | null;
}

/**
 * Carries stored updates to everybody but their author, and their acknowledgement to the author.
 *
 * What a document costs is the number of frames sent. The first update of a burst leaves in the turn
 * that stored it; those that follow within {@link limits.broadcastWindow} leave together. A single
 * person typing never starts a timer.
 */
export class Broadcast {
  readonly #host: RoomHost;
  readonly #outbox: SendQueue;
  readonly #version: () => number;
  #pending: Pending[] = [];
  /** How many updates of each author are answered by the next frame. */
  #answers = new Map<Connection, number>();
  #lastFlush = 0;
  #timerRuns = false;

  constructor(host: RoomHost, outbox: SendQueue, version: () => number) {
    this.#host = host;
    this.#outbox = outbox;
    this.#version = version;
  }

  /** Sends a stored update, at once or with those that follow. */
  push(update: Uint8Array, author: Connection): void {
    this.#pending.push({ update, author });
    this.acknowledge(author);
  }

  /** Sends an update that the service itself has stored. Everybody gets it, at once. */
  pushOwn(update: Uint8Array): void {
    this.#pending.push({ update, author: null });
    this.flush();
  }

  /** Tells an author that one more of its updates is stored (or was, before it came). */
  acknowledge(author: Connection): void {
    this.#answers.set(author, (this.#answers.get(author) ?? 0) + 1);
    const sinceLast = this.#host.now() - this.#lastFlush;
    // Also while a timer runs: under a flood of messages timers come late. And a clock that was set
    // back must not make anybody wait.
    if (sinceLast < 0 || sinceLast >= limits.broadcastWindow) {
      this.flush();
    } else if (!this.#timerRuns) {
      this.#timerRuns = true;
      this.#host.after(limits.broadcastWindow - sinceLast, () => {
        this.#timerRuns = false;
        this.flush();
      });
    }
  }

  /** Sends what has been gathered. Also called before anything that must come after it. */
  flush(): void {
    if (this.#answers.size === 0 && this.#pending.length === 0) return;
    const pending = this.#pending;
    const answers = this.#answers;
    this.#pending = [];
    this.#answers = new Map();
    this.#lastFlush = this.#host.now();

    const authors = new Set(pending.map(({ author }) => author));
    const frames = new Map<string, Uint8Array>();
    for (const connection of this.#host.connections()) {
      const { speaksEdgepad } = connection.attachment;
      const count = answers.get(connection) ?? 0;
      const isAuthor = authors.has(connection);
      const updates = isAuthor ? pending.filter(({ author }) => author !== connection) : pending;
      if (updates.length === 0 && !(speaksEdgepad && count > 0)) continue;
      // All who wrote nothing get the same bytes, made once for each of the two dialects.
      const shared = isAuthor || count > 0 ? null : `${speaksEdgepad}`;
      let frame = shared === null ? undefined : frames.get(shared);
      frame ??= speaksEdgepad
        ? bundle(updates, { type: 'saved', version: this.#version(), count })
        : merge(updates);
      if (shared !== null) frames.set(shared, frame);
      this.#outbox.send(connection, frame);
    }
  }
}

/** For our own clients: the updates as they came, and what they add up to. */
function bundle(pending: readonly Pending[], saved: Message): Uint8Array {
  const updates = pending.map(({ update }): Message => ({ type: 'update', update }));
  return encodeMessages([...updates, saved]);
}

/** For stock clients, which read one message a frame. */
function merge(pending: readonly Pending[]): Uint8Array {
  const updates = pending.map(({ update }) => update);
  const [first, ...rest] = updates;
  const update = first && rest.length === 0 ? first : Y.mergeUpdates(updates);
  return encodeMessage({ type: 'update', update });
}
