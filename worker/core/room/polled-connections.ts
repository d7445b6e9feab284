import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { decodeMessages } from '../../../protocol/messages.ts';
import type { Permission } from '../access/principal.ts';
import type { RoomHost } from '../host.ts';
import type { Closure } from '../connection.ts';
import { closureWhenFull, newAttachment } from './admission.ts';
import { PolledConnection } from './polled-connection.ts';
import type { Room } from './room.ts';

/** What an HTTP client gets for what it has sent. */
export interface Exchange {
  /** Messages, one after the other; often none. */
  readonly frame: Uint8Array;
  /** Set once its session is over. */
  readonly ending: Closure | null;
}

/**
 * Clients that reach a document by HTTP requests alone, because something on their way lets no
 * WebSocket through. The room knows no difference: same roles, same limits, same checks.
 *
 * A session lies in memory, so it is over when the object has slept or moved; the client begins
 * another, as after any lost connection. While one is open a timer keeps the object awake, as its
 * requests do anyway.
 */
export class PolledConnections {
  readonly #host: RoomHost;
  readonly #sessions = new Map<string, PolledConnection>();

  constructor(host: RoomHost) {
    this.#host = host;
  }

  /** How many there are, some of which may be over. */
  get size(): number {
    return this.#sessions.size;
  }

  /** The open ones. */
  *[Symbol.iterator](): Iterator<PolledConnection> {
    for (const connection of this.#sessions.values()) if (connection.isOpen) yield connection;
  }

  /**
   * Hands in what a session sends and returns what waits for it. A name of a session that is not
   * known begins one, if the first message is `resume`.
   */
  exchange(room: Room, session: string, permission: Permission, frame: Uint8Array): Exchange {
    const known = this.#sessions.get(session);
    const connection = known ?? this.#begin(room, session, permission, frame);
    if (connection && 'code' in connection) {
      return { frame: new Uint8Array(), ending: connection };
    }
    if (!connection || !isSameGuest(connection.attachment.permission, permission)) {
      return over(CloseCode.tryAgainLater, 'This session is over: begin another');
    }
    connection.heardAt = this.#host.now();
    // It may have changed since the session began; that of the request counts.
    connection.attachment = { ...connection.attachment, permission };
    connection.isServed = true;
    try {
      if (frame.length > 0) room.receive(connection, frame);
    } finally {
      connection.isServed = false;
    }
    const exchange = { frame: connection.collect(), ending: connection.ending };
    if (!connection.isOpen) this.#sessions.delete(session);
    return exchange;
  }

  /** The client has said that it goes; nothing happens where it is another's. */
  end(room: Room, session: string, permission: Permission): void {
    const connection = this.#sessions.get(session);
    if (!connection || !isSameGuest(connection.attachment.permission, permission)) return;
    this.#sessions.delete(session);
    room.leave(connection);
    connection.close(CloseCode.normal, '');
  }

  #begin(
    room: Room,
    session: string,
    permission: Permission,
    frame: Uint8Array,
  ): PolledConnection | Closure | null {
    if (!begins(frame)) return null;
    const full = closureWhenFull(this.#host.connections());
    if (full) return full;
    const connection = new PolledConnection(
      newAttachment(permission, edgepadProtocol),
      this.#host.now(),
      // The room may be in the middle of telling everybody something.
      () => this.#host.after(0, () => room.leave(connection)),
    );
    this.#sessions.set(session, connection);
    // Who is here leaves with the answer to this very request.
    connection.isServed = true;
    room.join(connection);
    this.#watch(room, session, connection);
    return connection;
  }

  /** Ends a session that asks for nothing any more. */
  #watch(room: Room, session: string, connection: PolledConnection): void {
    this.#host.after(limits.presenceTimeout, () => {
      if (this.#sessions.get(session) !== connection) return;
      if (connection.isOpen && this.#host.now() - connection.heardAt < limits.presenceTimeout) {
        this.#watch(room, session, connection);
        return;
      }
      this.#sessions.delete(session);
      connection.close(CloseCode.normal, 'No request for long');
      room.leave(connection);
    });
  }
}

/**
 * Whether a request may go on with a session: its name is made up by a client and proves nothing. One
 * key, or one user of tokens; those whom their tokens do not name cannot be told apart.
 */
function isSameGuest(a: Permission, b: Permission): boolean {
  return a.key === b.key && (a.token === null) === (b.token === null) &&
    a.token?.subject === b.token?.subject;
}

function begins(frame: Uint8Array): boolean {
  // Whatever else is wrong with it, the room tells.
  try {
    return decodeMessages(frame, limits.messagesPerFrame)[0]?.type === 'resume';
  } catch {
    return false;
  }
}

function over(code: CloseCode, reason: string): Exchange {
  return { frame: new Uint8Array(), ending: { code, reason } };
}
