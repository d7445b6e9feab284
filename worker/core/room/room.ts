import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { decodeMessages, type Message } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import type { AccessList } from '../access/access-list.ts';
import { denialCloseCodes, isDenial } from '../access/principal.ts';
import { type Connection, internalErrorReason } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import type { CompactedLog, TakenLog } from '../log/compaction.ts';
import { compactionJob, type UpdateLog } from '../log/update-log.ts';
import { hocuspocusAnswer } from '../other-protocols.ts';
import { Broadcast } from './broadcast.ts';
import { DelayedMessages } from './delayed-messages.ts';
import { DigestResponder } from './digest-responder.ts';
import { Handshake } from './handshake.ts';
import { releaseChallengers } from './liveness.ts';
import { IncomingParts } from './message-parts.ts';
import { messageWork, rateReason } from './message-queue.ts';
import { Presence } from './presence/presence.ts';
import { type Session, Sessions } from './session.ts';
import { refreshPermission } from './token-refresh.ts';
import { UpdateIngest } from './update-ingest.ts';

/**
 * The connected clients of a document. Built anew after each hibernation, from the log and the
 * connections' attachments; that sends nothing.
 *
 * ARCHITECTURE.md follows a keystroke through it: one synchronous turn (P1), without a `Y.Doc` (P2).
 */
export class Room {
  readonly #host: RoomHost;
  readonly #log: UpdateLog;
  readonly #access: AccessList;
  readonly #sessions: Sessions;
  readonly #parts: IncomingParts;
  readonly #handshake: Handshake;
  readonly #presence: Presence;
  readonly #broadcast: Broadcast;
  readonly #digests: DigestResponder;
  readonly #ingest: UpdateIngest;
  readonly #delayed: DelayedMessages;
  readonly #jobs: JobRunner;

  /** `newestSchema`: the highest schema number of this service's editors. */
  constructor(log: UpdateLog, access: AccessList, host: RoomHost, newestSchema = schemaNumber) {
    this.#host = host;
    this.#log = log;
    this.#access = access;
    this.#sessions = new Sessions(log, host, (session) => this.#ended(session));
    this.#parts = new IncomingParts(this.#sessions, host);
    this.#handshake = new Handshake(log, this.#sessions, newestSchema);
    this.#presence = new Presence(this.#sessions, host);
    this.#broadcast = new Broadcast(log, this.#sessions, host);
    this.#digests = new DigestResponder(log, this.#sessions, this.#broadcast, host);
    this.#delayed = new DelayedMessages(this.#sessions, host, (session, messages) => {
      this.#guard(session, () => this.#handleEach(session, messages));
    });
    this.#jobs = new JobRunner(log, host);
    this.#ingest = new UpdateIngest(log, this.#sessions, this.#broadcast, host);
  }

  /** Sends a new client the presence of the others. The client requests the document. */
  join(connection: Connection): void {
    const session = this.#sessions.of(connection);
    session.log.opened(connection.pollInterval === undefined ? 'websocket' : 'http');
    this.#presence.join(session);
  }

  /**
   * Handles one frame of a client, now or, when the client sends many, after a moment.
   *
   * An invalid frame closes only its sender's connection. An unexpected error, such as a failing
   * database, closes it with 1011 and is rethrown; the client then reconnects and sends again.
   */
  receive(connection: Connection, frame: Uint8Array | string): void {
    const session = this.#sessions.of(connection);
    // Frames in flight when the connection was closed still arrive.
    if (session.hasEnded) return;
    session.framesReceived++;
    session.log.received(frame.length);
    this.#guard(session, () => {
      this.#requireAccess(session);
      this.#presence.restore(session);
      const messages = this.#decode(session, frame);
      for (const message of messages) {
        if (session.hasEnded) return;
        const bytes = frame.length / messages.length;
        if (session.queue.admits(bytes, this.#host.monotonicNow())) this.#handle(session, message);
        else this.#delayed.add(session, message, bytes);
      }
      this.#presence.sweepIfDue();
    });
  }

  /** Answers a client of another protocol that we recognize, and returns no messages then. */
  #decode({ attachment, connection, queue }: Session, frame: Uint8Array | string): Message[] {
    try {
      return decodeFrame(frame);
    } catch (error) {
      const answer = attachment.speaksEdgepad || typeof frame === 'string'
        ? null
        : hocuspocusAnswer(frame);
      if (answer === null || !queue.admits(frame.length, this.#host.monotonicNow())) throw error;
      connection.send(answer);
      return [];
    }
  }

  /** The client has closed or lost its connection. `code`: 1006 without a close frame. */
  leave(connection: Connection, code = 1006): void {
    const session = this.#sessions.of(connection);
    if (session.hasEnded) return;
    // The client has sent these messages before it closed, and will not send them again. What would
    // take too long is dropped: it was not acknowledged.
    const messages = session.queue.takeLast(this.#host.monotonicNow());
    this.#guard(session, () => this.#handleEach(session, messages));
    session.end({ by: 'client', code });
  }

  /**
   * Closes clients whose access has ended, and withdraws the presence of silent ones. Called after
   * activity as alarm.ts schedules it, when a permission expires, and after a revocation.
   */
  sweep(): void {
    for (const session of [...this.#sessions]) {
      this.#guard(session, () => this.#requireAccess(session));
    }
    this.#presence.sweep();
  }

  /** Closes every connection. */
  closeAll(code: CloseCode, reason: string): void {
    for (const session of [...this.#sessions]) session.close(code, reason);
  }

  /**
   * Compacts the log, and calls `done` when that has ended. Updates are stored and broadcast meanwhile.
   * On failure reports it; log and document remain as they were.
   */
  compact(done: () => void = () => {}): void {
    try {
      const taken = this.#log.takeForCompaction();
      if (!taken) return;
      const { updates, stateVector, history: { plan: versions } } = taken;
      const job = { type: 'compact', updates, stateVector, versions } as const;
      this.#jobs.run(compactionJob, job, (outcome) => {
        if (outcome.status === 'done') this.#replaceLog(taken, outcome.result);
        done();
      });
    } catch (error) {
      this.#jobs.noteFailure(compactionJob, error as Error);
    }
  }

  #replaceLog(taken: TakenLog, compacted: CompactedLog): void {
    try {
      const removal = this.#log.replaceTaken(taken, compacted);
      if (removal) this.#broadcast.pushOwn(removal);
    } catch (error) {
      this.#jobs.noteFailure(compactionJob, error as Error);
    }
  }

  /** Runs `work` for a client. Closes its connection when that throws; rethrows unexpected errors. */
  #guard(session: Session, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof ProtocolError) {
        session.close(error.code, error.message);
      } else {
        session.close(CloseCode.internalError, internalErrorReason);
        throw error;
      }
    }
  }

  #requireAccess({ attachment }: Session): void {
    const denial = this.#access.denialOf(attachment.permission);
    if (denial) throw new ProtocolError(denialCloseCodes[denial.code], denial.detail);
  }

  #ended(session: Session): void {
    this.#presence.withdraw(session);
    releaseChallengers(session);
  }

  #handleEach(session: Session, messages: Iterable<Message>): void {
    for (const message of messages) this.#handle(session, message);
  }

  #handle(session: Session, message: Message): void {
    switch (message.type) {
      case 'sync-step-1':
        this.#handshake.answer(session, message.stateVector);
        return session.log.requested(message.type, 0);
      case 'resume':
        this.#handshake.resume(session, message);
        return session.log.requested(message.type, message.version);
      case 'sync-step-2':
        session.window.probeAnswered();
        noteAnswer(session);
        return this.#ingest.ingest(session, message.type, message.update);
      case 'update':
        return this.#ingest.ingest(session, message.type, message.update);
      case 'awareness':
        return this.#presence.receive(session, message.update);
      case 'query-awareness':
        return this.#spend(session, this.#presence.sendAll(session));
      case 'part':
        return this.#handlePart(session, message);
      case 'compare':
        return this.#digests.answer(session);
      case 'token':
        return this.#refreshToken(session, message.token);
      case 'welcome':
      case 'saved':
      case 'unsaved':
      case 'digest':
      case 'role':
        throw new ProtocolError(
          CloseCode.unknownType,
          `Clients must not send "${message.type}" messages`,
        );
    }
  }

  /**
   * Handles the messages of a long frame once it is complete. Its parts have paid for its bytes. When
   * its first messages take much work, the others wait.
   */
  #handlePart(session: Session, part: Message & { type: 'part' }): void {
    const { limiter } = session;
    const frame = this.#parts.add(session, part);
    if (!frame) return;
    const messages = decodeMessages(frame, limits.messagesPerFrame);
    if (messages.some(({ type }) => type === 'part')) {
      throw new ProtocolError(CloseCode.malformed, 'Cannot join parts: they contain parts');
    }
    const now = this.#host.monotonicNow();
    const maxWait = limiter.wait(0, now) + limits.queueWindow;
    for (const [i, message] of messages.entries()) {
      if (session.hasEnded) return;
      if (limiter.wait(0, now) > maxWait) {
        return this.#delayed.putBack(session, messages.slice(i), frame.length / messages.length);
      }
      limiter.charge(messageWork(0), now);
      this.#handle(session, message);
    }
  }

  /** Replaces the token of a connection before it expires. */
  #refreshToken(session: Session, token: string): void {
    const { token: current } = session.attachment.permission;
    // Clients with other credentials need no token; sending one is not an error.
    if (current === null) return;
    void this.#host.verifyToken(token, current.audience).then((principal) => {
      if (session.hasEnded) return;
      this.#guard(session, () => {
        const admitted = isDenial(principal)
          ? principal
          : this.#access.admit(principal, this.#log.exists);
        refreshPermission(session, admitted);
        this.#host.sweepAt(session.attachment.permission.expiresAt);
      });
    });
  }

  /** Pays for an answer of this length. Throws {@link ProtocolError} when recovery would take too long. */
  #spend(session: Session, bytes: number): void {
    const now = this.#host.monotonicNow();
    session.limiter.charge(messageWork(bytes), now);
    if (session.limiter.wait(0, now) > limits.maxQueueDelay) {
      throw new ProtocolError(CloseCode.tooMany, rateReason);
    }
  }
}

function noteAnswer(session: Session): void {
  if (session.attachment.answersProbes) return;
  session.changeAttachment({ answersProbes: true });
  session.log.synced();
}

function decodeFrame(frame: Uint8Array | string): Message[] {
  if (typeof frame === 'string') {
    throw new ProtocolError(CloseCode.unknownType, 'The only text frame supported is "ping"');
  }
  if (frame.length > limits.messageBytes) {
    throw new ProtocolError(CloseCode.tooBig, `Message over ${limits.messageBytes} bytes`);
  }
  return decodeMessages(frame, limits.messagesPerFrame);
}
