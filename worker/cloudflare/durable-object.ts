import { DurableObject } from 'cloudflare:workers';
import { CloseCode } from '../../protocol/close-codes.ts';
import { edgepadProtocol, type Role } from '../../protocol/messages.ts';
import { admittedRole } from '../access.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { HostedDocument } from '../core/hosted-document.ts';
import type { Exchange } from '../core/polled-connections.ts';
import type { Format, Reading, State } from '../core/reader.ts';
import type { DocumentHandle } from '../document.ts';
import { HibernatableConnection } from './connection.ts';
import { DurableObjectSql } from './sql.ts';

/**
 * One document. Carries the platform's events into one {@link HostedDocument} and decides nothing
 * itself.
 *
 * The platform drops this object from memory after ten idle seconds and keeps its sockets; the next
 * frame, poll or close builds it anew. Sends wait in the platform's output gate until what was
 * written before them is durable.
 */
export class DocumentDurableObject extends DurableObject implements DocumentHandle {
  readonly #document: HostedDocument;
  readonly #connections = new WeakMap<WebSocket, HibernatableConnection>();

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#document = new HostedDocument(new DurableObjectSql(ctx.storage), {
      sockets: () => this.#openConnections(),
      now: () => Date.now(),
      after: (milliseconds, work) => void setTimeout(work, milliseconds),
      setAlarm: (time) => ctx.waitUntil(ctx.storage.setAlarm(time)),
      report: (event, details) =>
        console.error(JSON.stringify({ event, document: ctx.id.name, ...details })),
      randomId: () => crypto.randomUUID().replaceAll('-', '').slice(16),
    });
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
    if (this.#document.isFull) {
      // Told on the open socket: a browser cannot see why a handshake was refused. Not on one that
      // hibernates: closed before the handshake is over, it holds its place and is told nothing for
      // ten seconds.
      server.accept();
      server.close(CloseCode.tooMany, 'Too many people are here');
    } else {
      this.ctx.acceptWebSocket(server);
      HibernatableConnection.prepare(server, attachment);
      this.#document.join(this.#connectionOf(server));
    }
    // A browser that asked for a subprotocol gives up where the answer names none.
    const headers = speaksEdgepad ? { 'sec-websocket-protocol': edgepadProtocol } : {};
    return Promise.resolve(new Response(null, { status: 101, webSocket: client, headers }));
  }

  read(format: Format, knownTags: readonly string[]): Promise<Reading> {
    return Promise.resolve(this.#document.read(format, knownTags));
  }

  changes(since: string | null): Promise<Reading> {
    return Promise.resolve(this.#document.changes(since));
  }

  state(knownTags: readonly string[]): Promise<State> {
    return Promise.resolve(this.#document.state(knownTags));
  }

  exchange(session: string, role: Role, frame: Uint8Array): Promise<Exchange> {
    return Promise.resolve(this.#document.exchange(session, role, frame));
  }

  endSession(session: string): Promise<void> {
    return Promise.resolve(this.#document.endSession(session));
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const connection = this.#connectionOf(socket);
    connection.heard();
    this.#document.receive(connection, typeof data === 'string' ? data : new Uint8Array(data));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const connection = this.#connectionOf(socket);
    this.#document.leave(connection);
    connection.answerClose(code);
  }

  override webSocketError(socket: WebSocket): void {
    this.#document.leave(this.#connectionOf(socket));
  }

  override alarm(): void {
    this.#document.alarm();
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

  /** The platform also lists sockets that are closing. */
  *#openConnections(): Iterable<Connection> {
    for (const socket of this.ctx.getWebSockets()) {
      const connection = this.#connectionOf(socket);
      if (connection.isOpen) yield connection;
    }
  }
}
