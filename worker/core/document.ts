import { CloseCode } from '../../protocol/close-codes.ts';
import { roleAllows } from '../../protocol/roles.ts';
import { AccessList } from './access/access-list.ts';
import { EmbedOrigins } from './access/embed-origins.ts';
import {
  type Denial,
  denial,
  denialCloseCodes,
  type DenialCode,
  isDenial,
  type Permission,
  type Principal,
  readOnlyReason,
} from './access/principal.ts';
import { DocumentAlarm } from './alarm.ts';
import {
  type CloseFrame,
  type Connection,
  type ConnectionAttachment,
  internalErrorReason,
} from './connection.ts';
import type { DocumentHost } from './host.ts';
import { History } from './history/history.ts';
import { UpdateLog } from './log/update-log.ts';
import { accessHandlers } from './operations/access.ts';
import type { DocumentParts, Handler, Handlers } from './operations/handler.ts';
import { lifecycleHandlers } from './operations/lifecycle.ts';
import {
  type AnswerOf,
  type OperationOf,
  type OperationType,
  type RequiredRole,
  requiredRoles,
} from './operations/operations.ts';
import { readingHandlers } from './operations/reading.ts';
import { sessionHandlers } from './operations/sessions.ts';
import { versionHandlers } from './operations/versions.ts';
import { Reader } from './render/reader.ts';
import { closeFrameWhenFull, newAttachment } from './room/new-connection.ts';
import { PolledConnections } from './room/polled-connections.ts';
import { Room } from './room/room.ts';
import { RoomMemory } from './room/room-memory.ts';
import { type SqlDatabase, StorageError } from './sql.ts';
import { DocumentWork, OverloadError } from './work/document-work.ts';

const handlers: Handlers = {
  ...accessHandlers,
  ...lifecycleHandlers,
  ...readingHandlers,
  ...sessionHandlers,
  ...versionHandlers,
};

/** The denial for an operation that cannot be done at present. Rethrows other errors. */
function denialOf(error: unknown): Denial {
  if (error instanceof OverloadError) return denial('busy', error.message);
  if (!(error instanceof StorageError)) throw error;
  return denial('not-stored', 'The service cannot store changes at present. Try again in a minute');
}

/** Whether a client may connect. The host accepts the WebSocket, then calls `join` or closes it. */
type Admission =
  | { readonly status: 'admitted'; readonly attachment: ConnectionAttachment }
  | (CloseFrame & {
    readonly status: 'refused';
    /** Null if the refusal is not about access. */
    readonly denial: DenialCode | null;
  });

/**
 * One document: its log, its access list, the room of its editors and the reader for everyone else.
 * A host passes its events in and decides nothing itself. After hibernation it builds a new one over
 * the same database.
 */
export class Document {
  readonly #parts: DocumentParts;

  constructor(sql: SqlDatabase, host: DocumentHost) {
    const connections = () => this.#connections();
    const work = new DocumentWork(host, host.addressWork);
    const roomHost = {
      now: () => host.now(),
      monotonicNow: () => host.monotonicNow(),
      report: host.report.bind(host),
      trace: host.trace,
      randomId: () => host.randomId(),
      verifyToken: host.verifyToken.bind(host),
      jobs: host.jobs,
      connections,
      after: (milliseconds: number, work: () => void) =>
        host.after(milliseconds, () => alarm.trackActivity(work)),
      sweepLater: () => alarm.noteActivity(),
      sweepAt: (time: number | null) => alarm.sweepAt(time),
      work,
      memory: RoomMemory.ofDocument(host.processMemory ?? null),
    };
    const log = new UpdateLog(sql, roomHost);
    const alarm = new DocumentAlarm(log, host, connections);
    const access = new AccessList(sql, roomHost);
    const room = new Room(log, access, roomHost);
    const newReader = () => new Reader(log, roomHost);
    this.#parts = {
      host,
      sql,
      log,
      history: new History(log, roomHost),
      access,
      alarm,
      connections,
      embedOrigins: new EmbedOrigins(sql),
      room,
      polled: new PolledConnections(room, roomHost),
      reader: newReader(),
      newReader,
      work,
    };
  }

  get exists(): boolean {
    return this.#parts.log.exists;
  }

  /** Count of updates ever stored. */
  get version(): number {
    return this.#parts.log.version;
  }

  /** Count of stored updates that are damaged, and so missing from the content. */
  get unreadableUpdates(): number {
    return this.#parts.log.quarantined;
  }

  /** Whether a document of this name was deleted. Another one may exist since. */
  get wasDeleted(): boolean {
    return this.#parts.log.tombstones.epochs().length > 0;
  }

  /** The work of loading this document (see `UpdateLog.work`), which its memory grows with. */
  get work(): number {
    return this.#parts.log.work;
  }

  /** Frees what is read from the database again when it is needed. */
  free(): void {
    if (this.exists) this.#parts.log.invalidate();
  }

  /** Whether a client is connected, by WebSocket or by HTTP. */
  get hasConnections(): boolean {
    return !this.#connections().next().done;
  }

  /**
   * Checks access and runs one operation. Only this and {@link admit} grant a permission; the room
   * checks before each frame that it is still valid. An operation that cannot be stored is denied.
   * `network` pays for its work: what counts as the client's address, or null where that is unknown.
   */
  call<T extends OperationType>(
    principal: Principal | null,
    operation: OperationOf<T>,
    network: string | null = null,
  ): AnswerOf<T> | Denial {
    const role = requiredRoles[operation.type];
    const permission = role === null ? null : this.#authorize(principal, role);
    if (isDenial(permission)) return permission;
    // The compiler does not relate the role in the table to the handler's parameter.
    const handler = handlers[operation.type] as (
      parts: DocumentParts,
      operation: OperationOf<T>,
      permission: Permission | null,
      network: string | null,
    ) => ReturnType<Handler<T>>;
    try {
      const answer = this.#parts.work.payFor(
        network,
        () => handler(this.#parts, operation, permission, network),
      );
      return (answer instanceof Promise ? answer.catch(denialOf) : answer) as AnswerOf<T>;
    } catch (error) {
      return denialOf(error);
    }
  }

  /**
   * Decides whether a client may connect by WebSocket. `subprotocol` is the negotiated one, or null;
   * `network` as in {@link call}; `origin` is that of the page, or null.
   */
  admit(
    principal: Principal,
    { subprotocol, network = null, origin = null }: {
      readonly subprotocol: string | null;
      readonly network?: string | null;
      readonly origin?: string | null;
    },
  ): Admission {
    const permission = this.#authorize(principal, 'connect');
    if (isDenial(permission)) {
      const { code, detail: reason } = permission;
      return { status: 'refused', code: denialCloseCodes[code], reason, denial: code };
    }
    const full = closeFrameWhenFull(this.#connections(), network);
    if (full) return { status: 'refused', ...full, denial: null };
    const { host } = this.#parts;
    const log = { id: host.randomId().slice(0, 8), openedAt: host.now(), origin };
    return {
      status: 'admitted',
      attachment: {
        ...newAttachment(permission, subprotocol, network),
        ...(host.trace && { log }),
      },
    };
  }

  /** An admitted socket is open. */
  join(connection: Connection): void {
    const { alarm, room } = this.#parts;
    alarm.trackActivity(() => room.join(connection));
    alarm.sweepAt(connection.attachment.permission.expiresAt);
    alarm.noteActivity();
  }

  /** A frame has arrived. Rethrows unexpected errors after closing the sender's connection. */
  receive(sender: Connection, frame: Uint8Array | string): void {
    const { alarm, room } = this.#parts;
    try {
      alarm.trackActivity(() => room.receive(sender, frame));
    } catch (error) {
      // Reading the log may fail before the room has the frame. The client would wait for an answer.
      sender.close(CloseCode.internalError, internalErrorReason);
      throw error;
    }
  }

  /** A socket was closed by either side. `code`: that of the client; 1006 without a close frame. */
  leave(connection: Connection, code = 1006): void {
    const { alarm, room } = this.#parts;
    try {
      alarm.trackActivity(() => room.leave(connection, code));
    } finally {
      // Reading the log may fail before the room learns of it. Others would see the client for good.
      room.leave(connection, code);
    }
  }

  /** The time set by `DocumentHost.setAlarm` has come. */
  alarm(): void {
    const { alarm, history, host, log, reader, room } = this.#parts;
    alarm.reset();
    if (log.compactionDueAt <= host.now()) {
      reader.freeForCompaction();
      // Due again when it has failed, or when the tail has grown meanwhile.
      room.compact(() => {
        history.thin();
        alarm.scheduleNext();
      });
    }
    reader.sweep();
    room.sweep();
    alarm.scheduleNext();
  }

  #authorize(principal: Principal | null, role: RequiredRole): Permission | Denial {
    if (principal === null) return denial('unauthenticated', 'This needs a key or a token');
    const { access, log } = this.#parts;
    const permission = access.admit(principal, log.exists);
    if (isDenial(permission)) return permission;
    const isAllowed = role === 'connect'
      ? permission.history || roleAllows(permission.role, 'edit')
      : roleAllows(permission.role, role);
    if (!isAllowed) {
      return denial('forbidden', role === 'own' ? 'Only owners may do this' : readOnlyReason);
    }
    if (permission.key !== null) access.keys.noteUse(permission.key);
    return permission;
  }

  *#connections(): Generator<Connection> {
    for (const socket of this.#parts.host.sockets()) if (!socket.attachment.isClosed) yield socket;
    yield* this.#parts.polled;
  }
}
