import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.ts';
import type { RoomHost } from '../host.ts';
import { rateReason } from './message-queue.ts';
import type { Session, Sessions } from './session.ts';

/** Handles the messages of a room's queues in batches, see `MessageQueue`. */
export class DelayedMessages {
  readonly #sessions: Sessions;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow'>;
  readonly #handle: (session: Session, messages: Iterable<Message>) => void;

  /** `handle` must not throw for an invalid message: it closes the session. */
  constructor(
    sessions: Sessions,
    host: Pick<RoomHost, 'after' | 'monotonicNow'>,
    handle: (session: Session, messages: Iterable<Message>) => void,
  ) {
    this.#sessions = sessions;
    this.#host = host;
    this.#handle = handle;
  }

  /** Adds a message of so many bytes. Throws a `ProtocolError`, see `MessageQueue.push`. */
  add(session: Session, message: Message, bytes: number): void {
    session.log.throttled();
    session.queue.push(message, bytes, this.#host.monotonicNow());
    this.#added(session);
  }

  /** Adds messages before all others of their session. Their bytes are paid for. */
  putBack(session: Session, messages: readonly Message[], bytesEach: number): void {
    session.log.throttled();
    session.queue.putBack(messages, bytesEach);
    this.#added(session);
  }

  #added(session: Session): void {
    this.#handleLater(session);
    if (this.#sessions.memory.queued.hasRoom()) return;
    const largest = [...this.#sessions].reduce((a, b) => b.queue.bytes > a.queue.bytes ? b : a);
    largest.close(CloseCode.tooMany, rateReason);
  }

  #handleLater(session: Session): void {
    if (session.handlesQueueLater) return;
    session.handlesQueueLater = true;
    this.#host.after(limits.queueWindow, () => {
      session.handlesQueueLater = false;
      this.#handle(session, session.queue.takeBatch(this.#host.monotonicNow()));
      if (!session.queue.isEmpty) this.#handleLater(session);
    });
  }
}
