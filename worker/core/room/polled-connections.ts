import { joinBytes } from '../../../protocol/split-bytes.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { limits, workLimits } from '../../../protocol/limits.ts';
import { decodeMessages } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { Permission } from '../access/principal.ts';
import type { CloseFrame, Connection, ConnectionAttachment } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import type { ByteCount } from './room-memory.ts';
import { closeFrameWhenFull, newAttachment } from './new-connection.ts';
import type { Room } from './room.ts';
import { behindReason } from './send-window.ts';

/** The sender of a request. `network`: what counts as its address; null where that is unknown. */
interface PolledClient {
  readonly permission: Permission;
  readonly network: string | null;
}

/** The answer to one HTTP request. */
export interface Exchange {
  /** Any number of messages in sequence; often none. */
  readonly frame: Uint8Array;
  /** Set when the connection has ended. */
  readonly close: CloseFrame | null;
}

/**
 * A connection over HTTP requests, for clients that cannot open a WebSocket. Each request delivers what
 * the client sends and collects what waits for it. It speaks `edgepad.v1`.
 */
class PolledConnection implements Connection {
  attachment: ConnectionAttachment;
  lastSeenAt = 0;
  /** In milliseconds: an idle client sends a request every 8 s, and the request takes a moment. */
  readonly pollInterval = 10_000;
  /** Whether a request is being handled. Its answer has no size limit. */
  inRequest = false;
  /** Monotonic time of the last request, in milliseconds. */
  requestedAt = 0;
  closeFrame: CloseFrame | null = null;
  readonly #onOverflow: () => void;
  readonly #memory: ByteCount;
  #frames: Uint8Array[] = [];
  #bytes = 0;

  /** `onOverflow` is called, in the middle of a `send`, after the connection has closed itself. */
  constructor(attachment: ConnectionAttachment, memory: ByteCount, onOverflow: () => void) {
    this.attachment = attachment;
    this.#memory = memory;
    memory.add(workLimits.sessionOverhead);
    this.#onOverflow = onOverflow;
  }

  get isOpen(): boolean {
    return this.closeFrame === null;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#frames.push(frame);
    this.#bytes += frame.length;
    this.#memory.add(frame.length);
    // Frames between two requests are held in this object's memory.
    if (this.inRequest || this.#bytes <= this.#limit) return;
    this.close(CloseCode.tryAgainLater, behindReason);
    this.#onOverflow();
  }

  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    this.closeFrame = { code, reason };
    this.#memory.add(-workLimits.sessionOverhead);
    // The client may never collect it.
    if (!this.inRequest) this.collect();
  }

  /** Removes and returns all that waits, as one frame: frames of `edgepad.v1` can be concatenated. */
  collect(): Uint8Array {
    const frame = joinBytes(this.#frames);
    this.#frames = [];
    this.#memory.add(-this.#bytes);
    this.#bytes = 0;
    return frame;
  }

  /** How much may wait between two requests. Less while all sessions together hold too much. */
  get #limit(): number {
    return this.#memory.hasRoom() ? limits.unconfirmedBytes : workLimits.sessionOverhead;
  }
}

/**
 * The connections over HTTP requests. The room treats them like sockets, with the same limits.
 *
 * They are kept in memory, so they end when the object is evicted or moves; the client then reconnects. A
 * timer keeps the object awake while one is open, as its requests do anyway.
 */
export class PolledConnections {
  readonly #host: Pick<
    RoomHost,
    'after' | 'connections' | 'memory' | 'monotonicNow' | 'now' | 'randomId' | 'trace'
  >;
  readonly #room: Room;
  readonly #connections = new Map<string, PolledConnection>();

  constructor(
    room: Room,
    host: Pick<
      RoomHost,
      'after' | 'connections' | 'memory' | 'monotonicNow' | 'now' | 'randomId' | 'trace'
    >,
  ) {
    this.#room = room;
    this.#host = host;
  }

  /** The open ones. */
  *[Symbol.iterator](): Iterator<Connection> {
    for (const connection of this.#connections.values()) if (connection.isOpen) yield connection;
  }

  /**
   * Delivers a client's frame and returns what waits for the client. An unknown session id opens a
   * connection if the first message is `resume`.
   */
  exchange(sessionId: string, client: PolledClient, frame: Uint8Array): Exchange {
    const { permission } = client;
    const connection = this.#connections.get(sessionId) ?? this.#open(sessionId, client, frame);
    if (!(connection instanceof PolledConnection)) return closedExchange(connection);
    if (!isSameClient(connection, permission)) return closedExchange(sessionEnded);
    connection.lastSeenAt = this.#host.now();
    connection.requestedAt = this.#host.monotonicNow();
    // The permission of the current request applies; it may have changed since the last one.
    connection.attachment = { ...connection.attachment, permission };
    connection.inRequest = true;
    try {
      if (frame.length > 0) this.#room.receive(connection, frame);
    } finally {
      connection.inRequest = false;
    }
    const exchange = { frame: connection.collect(), close: connection.closeFrame };
    if (!connection.isOpen) this.#connections.delete(sessionId);
    return exchange;
  }

  /** Ends the connection of a client that leaves. Ignores the session id of another client. */
  end(sessionId: string, permission: Permission): void {
    const connection = this.#connections.get(sessionId);
    if (!connection || !isSameClient(connection, permission)) return;
    this.#connections.delete(sessionId);
    this.#room.leave(connection);
    connection.close(CloseCode.normal, '');
  }

  #open(
    sessionId: string,
    { permission, network }: PolledClient,
    frame: Uint8Array,
  ): PolledConnection | CloseFrame {
    const refusal = refusalOf(frame);
    if (refusal) return refusal;
    const full = closeFrameWhenFull(this.#host.connections(), network);
    if (full) return full;
    if (!this.#host.memory.sessions.hasRoom(workLimits.sessionOverhead)) return tooManySessions;
    const connection = new PolledConnection(
      this.#attachmentOf(permission, network),
      this.#host.memory.sessions,
      // Later: the room may be in the middle of a broadcast.
      () => this.#host.after(0, () => this.#room.leave(connection)),
    );
    this.#connections.set(sessionId, connection);
    // The presence of the others belongs to the answer of this request.
    connection.inRequest = true;
    this.#room.join(connection);
    this.#closeWhenIdle(sessionId, connection);
    return connection;
  }

  #attachmentOf(permission: Permission, network: string | null): ConnectionAttachment {
    const attachment = newAttachment(permission, edgepadProtocol, network);
    if (!this.#host.trace) return attachment;
    const id = this.#host.randomId().slice(0, 8);
    return { ...attachment, log: { id, openedAt: this.#host.now(), origin: null } };
  }

  #closeWhenIdle(sessionId: string, connection: PolledConnection): void {
    this.#host.after(limits.sessionTimeout, () => {
      if (this.#connections.get(sessionId) !== connection) return;
      const idle = this.#host.monotonicNow() - connection.requestedAt;
      if (connection.isOpen && idle < limits.sessionTimeout) {
        this.#closeWhenIdle(sessionId, connection);
        return;
      }
      this.#connections.delete(sessionId);
      connection.close(CloseCode.normal, 'No request for too long');
      this.#room.leave(connection);
    });
  }
}

const tooManySessions: CloseFrame = {
  code: CloseCode.tryAgainLater,
  reason: 'Too many clients are connected by HTTP. Try again later.',
};

const sessionEnded: CloseFrame = {
  code: CloseCode.tryAgainLater,
  reason: 'This session has ended. Reconnect.',
};

function closedExchange(close: CloseFrame): Exchange {
  return { frame: new Uint8Array(), close };
}

/**
 * Whether a request may use a connection. Clients choose the session id, so it proves nothing: the
 * request must have the same key, or a token of the same user. Users of tokens without a subject cannot
 * be told apart.
 */
function isSameClient({ attachment }: Connection, { key, token }: Permission): boolean {
  const { permission } = attachment;
  return permission.key === key && (permission.token === null) === (token === null) &&
    permission.token?.subject === token?.subject;
}

/**
 * Why a frame opens no connection; null for one that begins with `resume`. Another valid message is from
 * a session that has ended.
 */
function refusalOf(frame: Uint8Array): CloseFrame | null {
  try {
    const [first] = decodeMessages(frame, limits.messagesPerFrame);
    return first?.type === 'resume' ? null : sessionEnded;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { code: error.code, reason: error.message };
  }
}
