import { DurableObject } from 'cloudflare:workers';
import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import { edgepadProtocol, type Role } from '../../protocol/messages.ts';
import { admittedRole } from '../access.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { type Exchange, PolledConnections } from '../core/polled-connections.ts';
import { type Format, Reader, type Reading, type State } from '../core/reader.ts';
import { Room } from '../core/room.ts';
import { UpdateLog } from '../core/update-log.ts';
import type { DocumentHandle } from '../document.ts';
import { HibernatableConnection } from './connection.ts';
import { DurableObjectSql } from './sql.ts';

/** How long after the keystroke that made it due a compaction runs, in milliseconds. */
const compactionDelay = 1000;

/**
 * One document. Carries the platform's events into one {@link Room} and decides nothing itself.
 *
 * The platform drops this object from memory after ten idle seconds and keeps its sockets; the next
 * frame, poll or close builds it anew. Sends wait in the platform's output gate until what was
 * written before them is durable.
 */
export class DocumentDurableObject extends DurableObject implements DocumentHandle {
  readonly #log: UpdateLog;
  readonly #room: Room;
  readonly #reader: Reader;
  readonly #connections = new WeakMap<WebSocket, HibernatableConnection>();
  readonly #polled: PolledConnections;
  /** `setAlarm` at each keystroke would cost a written row, and hundreds of milliseconds. */
  #alarmAt = Infinity;
  #activeAt = 0;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const host = {
      connections: () => this.#openConnections(),
      now: () => Date.now(),
      after: (milliseconds: number, work: () => void) =>
        void setTimeout(() => this.#turn(work), milliseconds),
      sweepLater: () => this.#noteActivity(),
      report: (event: string, details: Readonly<Record<string, unknown>>) =>
        console.error(JSON.stringify({ event, document: ctx.id.name, ...details })),
      randomId: () => crypto.randomUUID().replaceAll('-', '').slice(16),
    };
    this.#log = new UpdateLog(new DurableObjectSql(ctx.storage), host);
    this.#room = new Room(this.#log, host);
    this.#polled = new PolledConnections(host);
    this.#reader = new Reader(this.#log, host);
    // Answered by the platform without waking this object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  override fetch(upgrade: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    const speaksEdgepad = upgrade.headers.get('sec-websocket-protocol') === edgepadProtocol;
    const attachment: ConnectionAttachment = {
      role: admittedRole(upgrade),
      speaksEdgepad,
      schema: 0,
      clients: [],
      presence: null,
    };
    if (this.#isFull()) {
      // Told on the open socket: a browser cannot see why a handshake was refused. Not on one that
      // hibernates: closed before the handshake is over, it holds its place and is told nothing for
      // ten seconds.
      server.accept();
      server.close(CloseCode.tooMany, 'Too many people are here');
    } else {
      this.ctx.acceptWebSocket(server);
      HibernatableConnection.prepare(server, attachment);
      this.#room.join(this.#connectionOf(server));
      this.#noteActivity();
    }
    // A browser that asked for a subprotocol gives up where the answer names none.
    const headers = speaksEdgepad ? { 'sec-websocket-protocol': edgepadProtocol } : {};
    return Promise.resolve(new Response(null, { status: 101, webSocket: client, headers }));
  }

  read(format: Format, knownTags: readonly string[]): Promise<Reading> {
    return Promise.resolve(this.#reader.read(format, knownTags));
  }

  changes(since: string | null): Promise<Reading> {
    return Promise.resolve(this.#reader.changes(since));
  }

  state(knownTags: readonly string[]): Promise<State> {
    return Promise.resolve(this.#reader.state(knownTags));
  }

  exchange(session: string, role: Role, frame: Uint8Array): Promise<Exchange> {
    let exchange!: Exchange;
    this.#turn(() => {
      exchange = this.#polled.exchange(this.#room, session, role, frame);
    });
    return Promise.resolve(exchange);
  }

  endSession(session: string): Promise<void> {
    this.#turn(() => this.#polled.end(this.#room, session));
    return Promise.resolve();
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const connection = this.#connectionOf(socket);
    connection.heard();
    const frame = typeof data === 'string' ? data : new Uint8Array(data);
    this.#turn(() => this.#room.receive(connection, frame));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const connection = this.#connectionOf(socket);
    this.#turn(() => this.#room.leave(connection));
    connection.answerClose(code);
  }

  override webSocketError(socket: WebSocket): void {
    this.#turn(() => this.#room.leave(this.#connectionOf(socket)));
  }

  override alarm(): void {
    this.#alarmAt = Infinity;
    if (this.#log.compactionDue) {
      this.#reader.makeRoom();
      this.#room.compact();
    }
    this.#reader.sweep();
    this.#room.sweep();
    // Once more after the last activity, and then no more: the object may sleep.
    const sweepAt = this.#activeAt + limits.silence;
    if (sweepAt > Date.now()) this.#wakeAt(sweepAt);
  }

  /** Lets the room work, and looks after what it has written. */
  #turn(work: () => void): void {
    const { version } = this.#log;
    try {
      work();
    } finally {
      if (this.#log.version !== version) this.#noteActivity();
    }
  }

  #noteActivity(): void {
    // An alarm is storage, and who only asks for a document leaves none behind.
    if (!this.#log.exists) return;
    this.#activeAt = Date.now();
    this.#wakeAt(this.#activeAt + (this.#log.compactionDue ? compactionDelay : limits.silence));
  }

  #wakeAt(time: number): void {
    if (time >= this.#alarmAt) return;
    this.#alarmAt = time;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(time));
  }

  #connectionOf(socket: WebSocket): HibernatableConnection {
    let connection = this.#connections.get(socket);
    if (!connection) {
      const pingedAt = () => this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      connection = new HibernatableConnection(socket, pingedAt);
      this.#connections.set(socket, connection);
    }
    return connection;
  }

  #isFull(): boolean {
    return this.ctx.getWebSockets().length + this.#polled.size >= limits.connections &&
      [...this.#openConnections()].length >= limits.connections;
  }

  /** The platform also lists sockets that are closing. */
  *#openConnections(): Iterable<Connection> {
    for (const socket of this.ctx.getWebSockets()) {
      const connection = this.#connectionOf(socket);
      if (connection.isOpen) yield connection;
    }
    yield* this.#polled;
  }
}
