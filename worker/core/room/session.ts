import type { AwarenessEntry } from '../../../protocol/awareness.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { FrameAssembler } from '../../../protocol/message-parts.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import type { Connection, ConnectionAttachment } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { sentWork, walkedWork } from '../work/estimates.ts';
import type { WorkAccount } from '../work/document-work.ts';
import { ByteCount, type RoomMemory } from './room-memory.ts';
import { MessageQueue } from './message-queue.ts';
import { RateLimiter } from './rate-limiter.ts';
import { behindReason, SendWindow } from './send-window.ts';
import { type SessionEnd, SessionLog } from './session-log.ts';

/** A change of an awareness entry. */
export interface PresenceChange {
  /** The entry as others receive it. */
  readonly entry: AwarenessEntry;
  /** The clock that the client has sent it with. */
  readonly sentClock: number;
  /** Whether the state differs from what others have. */
  readonly isNews: boolean;
}

/** Structs of a client that were rejected because another session owns their client id. */
interface Dispute {
  readonly owner: Session;
  readonly client: number;
  /** The clock after the last struct. */
  readonly to: number;
  /** Whether the owner has answered a probe or has ended since. */
  isAnswered: boolean;
}

/** Why a client has to send again what the log lacks. */
export type ResendReason = 'gap' | 'forked' | 'not-stored';

/**
 * All state of one connection. What must survive hibernation is in the connection's attachment. The
 * rest starts empty when the room wakes: while anything is queued or pending, a timer keeps the object
 * in memory.
 */
export class Session {
  readonly connection: Connection;
  /** How fast messages are handled, and how often full answers are sent. */
  readonly limiter: RateLimiter;
  /** Messages that wait to be handled. */
  readonly queue: MessageQueue;
  /** Whether a timer handles the next of them (delayed-messages.ts). */
  handlesQueueLater = false;
  /** How much of what was sent the client has read. */
  readonly window: SendWindow;

  /** A long frame whose parts are arriving (message-parts.ts). */
  incoming: { readonly assembler: FrameAssembler; lastPartAt: number } | null = null;
  readonly incomingBytes: ByteCount;

  /**
   * Why the updates of this client are rejected until its next sync step 2; null if they are not. An
   * `edgepad.v1` client has not seen yet that an update was rejected, and those after it may build on
   * it: on content that the log lacks, or has other content in place of (update-ingest.ts).
   */
  mustResend: ResendReason | null = null;
  /** Updates in a row that were rejected for a gap (update-ingest.ts). */
  gapsInARow = 0;
  /** Updates of this client that the next broadcast acknowledges (broadcast.ts). */
  pendingAcknowledgements = 0;
  /** Whether the client waits for a digest (digest-responder.ts). */
  awaitsDigest = false;
  /** A change of the awareness entry that was not sent yet (presence.ts). */
  presenceChange: PresenceChange | null = null;
  /** When the awareness entry was last renewed, in monotonic milliseconds (presence.ts). */
  renewedAt = -Infinity;

  /** Frames received; shows whether the client is alive (liveness.ts). */
  framesReceived = 0;
  /** Sessions that want the client id of this one, until it has answered a probe (liveness.ts). */
  readonly challengers = new Set<Session>();
  /** Whether a timer checks the liveness of this client (liveness.ts). */
  isChecked = false;
  /** Structs of this client under another session's client id (update-ingest.ts, liveness.ts). */
  dispute: Dispute | null = null;
  /** The clock up to which this client confirmed structs, by client id (client-id-ownership.ts). */
  confirmedClocks: Map<number, number> | null = null;

  readonly log: SessionLog;
  readonly #room: Sessions;
  #hasEnded: boolean;

  constructor(connection: Connection, room: Sessions) {
    this.connection = connection;
    this.#room = room;
    this.#hasEnded = connection.attachment.isClosed ?? false;
    this.log = new SessionLog(room.host, () => connection.attachment);
    this.limiter = new RateLimiter(room.accountOf(connection));
    this.queue = new MessageQueue(this.limiter, new ByteCount(room.memory.queued));
    this.window = new SendWindow(new ByteCount(room.memory.unreadAnswers));
    this.incomingBytes = new ByteCount(room.memory.incoming);
  }

  get attachment(): ConnectionAttachment {
    return this.connection.attachment;
  }

  /** Changes the attachment, which goes to the platform at once. */
  changeAttachment(change: Partial<ConnectionAttachment>): void {
    this.connection.attachment = { ...this.connection.attachment, ...change };
  }

  /** Whether the client has left or was closed. Frames in flight may still arrive afterwards. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Sends a frame that the client must not miss. Closes a client that is too far behind instead. */
  send(frame: Uint8Array): void {
    if (this.window.unconfirmedBytes > limits.unconfirmedBytes) {
      this.close(CloseCode.tryAgainLater, behindReason);
      return;
    }
    this.#transmit(frame);
    this.window.countSent(frame.length);
    if (this.window.needsProbe) this.probe();
  }

  /** Sends a frame that the client can do without; skips a client that is behind. */
  sendIfReading(frame: Uint8Array): void {
    if (this.window.unconfirmedBytes <= limits.unconfirmedBytesForPresence) this.send(frame);
  }

  /**
   * Sends a full answer of any length. Its last message must be a sync step 1. `work`: the units that
   * it took to make the answer.
   */
  sendAnswer(frames: readonly Uint8Array[], work: number): void {
    for (const frame of frames) this.#transmit(frame);
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const now = this.#room.now();
    this.window.probeSent(now, bytes);
    this.limiter.chargeAnswer(work + sentWork(bytes), now);
  }

  #transmit(frame: Uint8Array): void {
    this.connection.send(frame);
    this.log.sent(frame.length);
  }

  /**
   * Asks for everything the log lacks. The answer also shows that the client reads. A state vector may
   * be long, so it counts and is charged like other frames.
   */
  probe(): void {
    const frame = this.#room.syncStep1();
    this.#transmit(frame);
    this.window.countSent(frame.length);
    const now = this.#room.now();
    this.window.probeSent(now);
    this.limiter.charge(walkedWork(frame.length) + sentWork(frame.length), now);
  }

  /** Closes the connection. The session ends at once: the closing handshake may take long. */
  close(code: CloseCode, reason: string): void {
    if (this.#hasEnded) return;
    this.changeAttachment({ isClosed: true });
    this.connection.close(code, reason);
    this.end({ by: 'service', code, reason });
  }

  /** Ends the session, drops what is queued, and lets the room withdraw its presence. */
  end(cause: SessionEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.log.ended(cause);
    this.queue.clear();
    this.window.clear();
    this.incoming = null;
    this.incomingBytes.clear();
    this.#room.onEnded(this);
  }
}

/** The newest awareness entry of a session, sent or not. */
export function entryOf(session: Session): AwarenessEntry | null {
  return session.presenceChange?.entry ?? session.attachment.presence;
}

type SessionsHost = Pick<
  RoomHost,
  'connections' | 'memory' | 'monotonicNow' | 'now' | 'trace' | 'work'
>;

/** The sessions of a room, and the memory they hold together. Iterates over the open ones. */
export class Sessions {
  readonly memory: RoomMemory;
  /** Called once for each session, when it ends. */
  readonly onEnded: (session: Session) => void;
  readonly host: SessionsHost;
  readonly #log: Pick<UpdateLog, 'state'>;
  readonly #sessions = new WeakMap<Connection, Session>();

  constructor(
    log: Pick<UpdateLog, 'state'>,
    host: SessionsHost,
    ended: (session: Session) => void,
  ) {
    this.#log = log;
    this.host = host;
    this.memory = host.memory;
    this.onEnded = ended;
  }

  /** The session of a connection, created on first use. */
  of(connection: Connection): Session {
    let session = this.#sessions.get(connection);
    if (!session) this.#sessions.set(connection, session = new Session(connection, this));
    return session;
  }

  *[Symbol.iterator](): Generator<Session> {
    for (const connection of this.host.connections()) {
      const session = this.of(connection);
      if (!session.hasEnded) yield session;
    }
  }

  /** The account that a connection shares with others. */
  accountOf({ attachment }: Connection): WorkAccount {
    return this.host.work.accountOf(attachment.network ?? null);
  }

  /** Monotonic milliseconds. */
  now(): number {
    return this.host.monotonicNow();
  }

  /** The log's state vector as a frame. */
  syncStep1(): Uint8Array {
    const stateVector = this.#log.state.encodeStateVector();
    return encodeMessage({ type: 'sync-step-1', stateVector });
  }
}
