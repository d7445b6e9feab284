import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { splitFrame } from '../../../protocol/message-parts.ts';
import {
  emptyUpdate,
  encodeMessage,
  encodeMessages,
  type Message,
} from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { diffUpdate } from '../update/diff-update.ts';
import { LogState } from '../update/log-state.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { walkedWork } from '../work/estimates.ts';
import { behindReason } from './send-window.ts';
import type { Session, Sessions } from './session.ts';

/** Client ids and the clock of each. */
type StateVector = ReadonlyMap<number, number>;

/** The updates for a client, and the units that it took to find them. */
interface Missing {
  readonly updates: readonly Uint8Array[];
  readonly work: number;
}

/**
 * Answers a client that asks for everything it lacks: the missing updates, an end mark, and the log's
 * state vector, to which the client replies with everything the log lacks.
 */
export class Handshake {
  readonly #log: UpdateLog;
  readonly #sessions: Sessions;
  readonly #newestSchema: number;

  /** `newestSchema`: the highest schema number of this service's editors. */
  constructor(log: UpdateLog, sessions: Sessions, newestSchema: number) {
    this.#log = log;
    this.#sessions = sessions;
    this.#newestSchema = newestSchema;
  }

  /** Answers the sync step 1 of a Yjs client. Throws {@link ProtocolError}. */
  answer(session: Session, stateVector: Uint8Array): void {
    this.#requireCapacity(session);
    this.#send(session, [], this.#missing(stateVector));
  }

  /** Answers the `resume` of an `edgepad.v1` client. Throws {@link ProtocolError}. */
  resume(session: Session, request: Message & { readonly type: 'resume' }): void {
    this.#requireCapacity(session);
    const { epoch, version, schema } = this.#log;
    const { role } = session.attachment.permission;
    const isOtherEpoch = request.epoch !== '' && request.epoch !== epoch;
    // A copy of a deleted document must not restore it.
    if (isOtherEpoch && this.#log.tombstones.has(request.epoch)) {
      throw new ProtocolError(CloseCode.deleted, 'This document was deleted');
    }
    // An invented number would make every other editor read-only for good. During a deployment a page
    // may be newer than the document's service.
    if (request.schema > this.#newestSchema) {
      throw new ProtocolError(
        CloseCode.tryAgainLater,
        `Schema ${request.schema} is not supported yet. Try again later.`,
      );
    }
    session.changeAttachment({ hasDocument: true, schema: request.schema });
    const newer = request.epoch === epoch ? this.#log.since(request.version) : null;
    const missing = newer ? { updates: newer, work: 0 } : this.#missing(request.stateVector);
    this.#send(session, [{ type: 'welcome', epoch, version, role, schema }], missing);
  }

  #send(session: Session, opening: Message[], { updates, work }: Missing): void {
    const messages: Message[] = [
      ...opening,
      ...updates.map((update): Message => ({ type: 'update', update })),
      // A stock client counts as synced after any sync step 2, even an empty one.
      { type: 'sync-step-2', update: emptyUpdate },
      { type: 'sync-step-1', stateVector: this.#log.state.encodeStateVector() },
    ];
    session.sendAnswer(
      session.attachment.speaksEdgepad
        ? splitFrame(encodeMessages(messages))
        : messages.map(encodeMessage),
      work,
    );
  }

  /**
   * Throws {@link ProtocolError} when this client has too many answers unread or not paid for, or all
   * clients together too many unread. In the second case it first closes other clients whose answers
   * were unread for {@link limits.unreadAnswerTimeout}.
   */
  #requireCapacity(session: Session): void {
    if (!session.limiter.allowsAnswer(this.#sessions.now())) {
      throw new ProtocolError(
        CloseCode.tooMany,
        'Requested the whole document again too soon. Reconnect in a moment.',
      );
    }
    if (session.window.unreadAnswerBytes > limits.unconfirmedBytes || !this.#hasMemory(session)) {
      throw new ProtocolError(
        CloseCode.tryAgainLater,
        'Earlier answers are not read yet. Try again later.',
      );
    }
  }

  #hasMemory(requester: Session): boolean {
    const { unreadAnswers } = this.#sessions.memory;
    if (!unreadAnswers.hasRoom()) this.#closeStalled(requester);
    return unreadAnswers.hasRoom();
  }

  #closeStalled(requester: Session): void {
    const now = this.#sessions.now();
    for (const session of [...this.#sessions]) {
      const sentAt = session.window.oldestUnreadAnswerAt;
      if (session === requester || sentAt === null) continue;
      if (now - sentAt <= limits.unreadAnswerTimeout) continue;
      session.close(CloseCode.tryAgainLater, behindReason);
    }
  }

  #missing(stateVector: Uint8Array): Missing {
    const { updates, walkedBytes } = updatesMissingIn(
      decodeStateVector(stateVector, this.#log),
      this.#log,
    );
    return { updates, work: walkedWork(stateVector.length + walkedBytes) };
  }
}

/**
 * Throws {@link ProtocolError} for a state vector that is malformed or too long. It grows with every
 * editing session, so the limit grows with the log.
 */
function decodeStateVector(bytes: Uint8Array, log: UpdateLog): StateVector {
  const excess = bytes.length - limits.stateVectorBytes;
  if (excess > 0 && excess > log.state.encodeStateVector().length) {
    throw new ProtocolError(
      CloseCode.tryAgainLater,
      'The state vector is much longer than that of the document. Try again later.',
    );
  }
  try {
    return Y.decodeStateVector(bytes);
  } catch {
    throw new ProtocolError(CloseCode.malformed, 'Cannot decode state vector');
  }
}

/**
 * The updates that bring a client with this state vector up to date. They may repeat what it has, which
 * Yjs ignores, and never omit what it lacks. Builds no `Y.Doc`: stored bytes are sent as they are, and
 * the snapshot is cut only for a client that is behind it. `walkedBytes`: what was read for the answer,
 * which may be much more than the answer.
 */
function updatesMissingIn(
  client: StateVector,
  log: UpdateLog,
): { readonly updates: readonly Uint8Array[]; readonly walkedBytes: number } {
  if (client.size === 0 || !log.exists) return { updates: log.allUpdates(), walkedBytes: 0 };
  const encodedState = log.snapshotState();
  const stateBytes = encodedState?.length ?? 0;
  if (encodedState === null || covers(client, LogState.decode(encodedState))) {
    // The client has the snapshot's structs, but may not know which of them are deleted.
    return { updates: [...log.tail(), log.state.encodeDeletes()], walkedBytes: stateBytes };
  }
  const snapshot = log.snapshot();
  const clockOf = (id: number) => client.get(id) ?? 0;
  const cut = snapshot ? [diffUpdate(snapshot, { clockOf })] : [];
  return {
    updates: [...cut, ...log.tail()],
    walkedBytes: stateBytes + (snapshot?.length ?? 0),
  };
}

function covers(client: StateVector, known: LogState): boolean {
  for (const [id, clock] of known.clocks()) {
    if ((client.get(id) ?? 0) < clock) return false;
  }
  return true;
}
