import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../protocol/messages.ts';
import type { RoomHost } from '../host.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { Session, Sessions } from './session.ts';

/** An update that is stored and not sent yet. */
interface PendingUpdate {
  readonly update: Uint8Array;
  /** Null for an update of the service itself. */
  readonly author: Session | null;
}

/**
 * Sends stored updates to every session but their author's, and acknowledges them to the author.
 *
 * The number of frames sent determines the cost of a document. The first update of a burst is sent in
 * the turn that stored it; those that follow within {@link limits.broadcastWindow} are sent together. A
 * single person typing never starts a timer.
 */
export class Broadcast {
  readonly #log: UpdateLog;
  readonly #sessions: Sessions;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow'>;
  #pending: PendingUpdate[] = [];
  /** That of the log when something was last added. Reading it in {@link flush} could fail. */
  #version = 0;
  /** Whether any session has pending acknowledgements. */
  #hasAcknowledgements = false;
  #flushedAt = -Infinity;
  #timerRuns = false;

  constructor(
    log: UpdateLog,
    sessions: Sessions,
    host: Pick<RoomHost, 'after' | 'monotonicNow'>,
  ) {
    this.#log = log;
    this.#sessions = sessions;
    this.#host = host;
  }

  /** Sends a stored update and its acknowledgement, now or with those that follow. */
  push(update: Uint8Array, author: Session): void {
    this.#add({ update, author });
    this.acknowledge(author);
  }

  /** Sends an update that the service itself has stored to every session, now. */
  pushOwn(update: Uint8Array): void {
    this.#add({ update, author: null });
    this.flush();
  }

  #add(pending: PendingUpdate): void {
    this.#pending.push(pending);
    this.#version = this.#log.version;
  }

  /** Acknowledges one update, stored just now or already in the log. */
  acknowledge(author: Session): void {
    this.#version = this.#log.version;
    author.pendingAcknowledgements++;
    this.#hasAcknowledgements = true;
    const sinceFlush = this.#host.monotonicNow() - this.#flushedAt;
    // Also while a timer runs: under load timers fire late.
    if (sinceFlush >= limits.broadcastWindow) {
      this.flush();
    } else if (!this.#timerRuns) {
      this.#timerRuns = true;
      this.#host.after(limits.broadcastWindow - sinceFlush, () => {
        this.#timerRuns = false;
        this.flush();
      });
    }
  }

  /** Sends everything pending now. Call it before sending anything that must come after it. */
  flush(): void {
    if (!this.#hasAcknowledgements && this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#hasAcknowledgements = false;
    this.#flushedAt = this.#host.monotonicNow();

    const authors = new Set(pending.map(({ author }) => author));
    // Sessions that have nothing to be acknowledged share one frame per dialect.
    const shared: { edgepad?: Uint8Array; stock?: Uint8Array } = {};
    for (const session of this.#sessions) {
      const count = session.pendingAcknowledgements;
      session.pendingAcknowledgements = 0;
      const isAuthor = authors.has(session);
      const { speaksEdgepad, hasDocument = true } = session.attachment;
      const others = isAuthor ? pending.filter(({ author }) => author !== session) : pending;
      const updates = hasDocument ? others : [];
      if (speaksEdgepad) {
        if (updates.length === 0 && count === 0) continue;
        session.send(
          isAuthor || count > 0
            ? this.#batch(updates, count)
            : shared.edgepad ??= this.#batch(updates, 0),
        );
      } else if (updates.length > 0) {
        session.send(isAuthor ? merge(updates) : shared.stock ??= merge(updates));
      }
    }
  }

  /** For `edgepad.v1`: the updates as they came, the version they lead to, and the acknowledgement. */
  #batch(pending: readonly PendingUpdate[], count: number): Uint8Array {
    const updates = pending.map(({ update }): Message => ({ type: 'update', update }));
    const version = this.#version;
    return encodeMessages([...updates, { type: 'saved', version, count }]);
  }
}

/** For stock clients, which read one message per frame. */
function merge(pending: readonly PendingUpdate[]): Uint8Array {
  const updates = pending.map(({ update }) => update);
  const [first, ...rest] = updates;
  const update = first && rest.length === 0 ? first : Y.mergeUpdates(updates);
  return encodeMessage({ type: 'update', update });
}
