import { DurableObject } from 'cloudflare:workers';
import { CloseCode } from '../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../protocol/headers.ts';
import { verifyAgain } from '../access/access.ts';
import { forwardedPrincipal } from '../access/authorized-document.ts';
import { bytesOf } from '../http/body.ts';
import type { NewKey, Revocation } from '../core/access/access-list.ts';
import type { Connection } from '../core/connection.ts';
import { closeCodes, type Principal } from '../core/access/principal.ts';
import { Document } from '../core/document.ts';
import { monotonicClock } from '../core/monotonic-clock.ts';
import type { Format } from '../core/render/reader.ts';
import type { DocumentHandle } from '../document.ts';
import { maxFileBytes } from '../routes/files.ts';
import { readSettings } from '../access/settings.ts';
import { streamOf } from '../http/stream-of.ts';
import { HibernatableConnection } from './connection.ts';
import type { Env } from './index.ts';
import { refuse } from './refuse.ts';
import { DurableObjectSql } from './sql.ts';

/**
 * One document. Carries the platform's events into one {@link Document} and decides nothing
 * itself.
 *
 * The platform drops this object from memory after ten idle seconds and keeps its sockets; the next
 * frame, poll or close builds it anew. Sends wait in the platform's output gate until what was
 * written before them is durable.
 */
export class DocumentDurableObject extends DurableObject<Env> implements DocumentHandle {
  readonly #document: Document;
  readonly #connections = new WeakMap<WebSocket, HibernatableConnection>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const settings = readSettings(env);
    this.#document = new Document(new DurableObjectSql(ctx.storage), {
      sockets: () => this.#openConnections(),
      now: () => Date.now(),
      monotonicNow: monotonicClock(() => Date.now()),
      after: (milliseconds, work) => void setTimeout(work, milliseconds),
      setAlarm: (time) => ctx.waitUntil(ctx.storage.setAlarm(time)),
      erase: (after) =>
        ctx.blockConcurrencyWhile(async () => {
          await ctx.storage.deleteAlarm();
          await ctx.storage.deleteAll();
          after();
        }),
      verifyToken: (token, audience) => verifyAgain(settings, token, audience, ctx.id.name ?? ''),
      report: (event, details) =>
        console.error(JSON.stringify({ event, document: ctx.id.name, ...details })),
      randomId: () => crypto.randomUUID().replaceAll('-', '').slice(16),
    });
    // Answered by the platform without waking this object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  override fetch(upgrade: Request): Promise<Response> {
    const subprotocol = upgrade.headers.get('sec-websocket-protocol');
    const permission = this.#document.admit(forwardedPrincipal(upgrade));
    if ('status' in permission) {
      const { code: denied, detail: reason } = permission;
      const refusal = { code: closeCodes[denied], denied, reason, subprotocol };
      return Promise.resolve(refuse(refusal));
    }
    if (this.#document.isFull) {
      const refusal = { code: CloseCode.tooMany, reason: 'Too many people are here', subprotocol };
      return Promise.resolve(refuse(refusal));
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    HibernatableConnection.prepare(server, {
      permission,
      speaksEdgepad: subprotocol === edgepadProtocol,
      schema: 0,
      clients: [],
      presence: null,
    });
    this.#document.join(this.#connectionOf(server));
    const headers = subprotocol === null ? {} : { 'sec-websocket-protocol': subprotocol };
    return Promise.resolve(new Response(null, { status: 101, webSocket: client, headers }));
  }

  exchange(principal: Principal, session: string, frame: Uint8Array) {
    return Promise.resolve(this.#document.exchange(principal, session, frame));
  }

  endSession(principal: Principal, session: string) {
    return Promise.resolve(this.#document.endSession(principal, session));
  }

  read(principal: Principal, format: Format, knownTags: readonly string[]) {
    return Promise.resolve(this.#document.read(principal, format, knownTags));
  }

  changes(principal: Principal, since: string | null) {
    return Promise.resolve(this.#document.changes(principal, since));
  }

  state(principal: Principal, knownTags: readonly string[]) {
    return Promise.resolve(this.#document.state(principal, knownTags));
  }

  create(keys: readonly NewKey[]) {
    return Promise.resolve(this.#document.create(keys));
  }

  delete(principal: Principal) {
    return this.#document.delete(principal);
  }

  keys(principal: Principal) {
    return Promise.resolve(this.#document.ownership.keys(principal));
  }

  addKey(principal: Principal, key: NewKey) {
    return Promise.resolve(this.#document.ownership.addKey(principal, key));
  }

  changeKey(
    principal: Principal,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ) {
    return Promise.resolve(this.#document.ownership.changeKey(principal, id, change));
  }

  withdrawKey(principal: Principal, id: string) {
    return Promise.resolve(this.#document.ownership.withdrawKey(principal, id));
  }

  revoke(principal: Principal, revocation: Revocation) {
    return Promise.resolve(this.#document.ownership.revoke(principal, revocation));
  }

  frames(principal: Principal) {
    return Promise.resolve(this.#document.ownership.frames(principal));
  }

  setFrames(principal: Principal, origins: readonly string[]) {
    return Promise.resolve(this.#document.ownership.setFrames(principal, origins));
  }

  framedBy() {
    return Promise.resolve(this.#document.framedBy());
  }

  export(principal: Principal) {
    const file = this.#document.export(principal);
    return Promise.resolve('status' in file ? file : streamOf(file));
  }

  async import(file: ReadableStream<Uint8Array>) {
    return this.#document.import(await bytesOf({ body: file }, maxFileBytes));
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
