import { DurableObject } from 'cloudflare:workers';
import { verifyFreshToken } from '../access/token-principal.ts';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import type { Principal } from '../core/access/principal.ts';
import type { Connection } from '../core/connection.ts';
import { Document } from '../core/document.ts';
import { monotonicNow } from '../clock.ts';
import type { Trace } from '../debug-log.ts';
import { callLocally, type DocumentHandle, type RemoteOperation } from '../document.ts';
import { readForwardedUpgrade } from '../http/upgrade.ts';
import { randomId } from '../random-id.ts';
import { HibernatableConnection } from './connection.ts';
import { jobsIn } from './jobs.ts';
import { DurableObjectSql } from './sql.ts';
import { refuseUpgrade } from './upgrades.ts';

/**
 * The Durable Object of one document: passes the platform's events to a {@link Document}.
 *
 * The platform drops this object from memory after ten idle seconds but keeps its sockets. The next
 * frame, request or close constructs it again. Sent frames wait in the platform's output gate until
 * the writes before them are durable.
 */
export class DocumentDurableObject extends DurableObject<AccessEnvironment>
  implements DocumentHandle {
  readonly #document: Document;
  readonly #connections = new WeakMap<WebSocket, HibernatableConnection>();
  readonly #trace: Trace | undefined;
  #isImporting = false;

  constructor(ctx: DurableObjectState, env: AccessEnvironment) {
    super(ctx, env);
    const settings = readSettings(env);
    const name = ctx.id.name ?? '';
    const { trace } = settings;
    this.#trace = trace
      ? (event, details) => trace(event, { document: name, ...details })
      : undefined;
    this.#document = new Document(new DurableObjectSql(ctx.storage), {
      sockets: () => this.#openConnections(),
      now: () => Date.now(),
      monotonicNow,
      after: (milliseconds, work) => void setTimeout(work, milliseconds),
      setAlarm: (time) => ctx.waitUntil(ctx.storage.setAlarm(time)),
      erase: (write, done) =>
        ctx.blockConcurrencyWhile(async () => {
          await ctx.storage.deleteAlarm();
          // The platform commits writes together that no `await` separates.
          const deleted = ctx.storage.deleteAll();
          write();
          await deleted;
          done();
        }),
      verifyToken: (token, audience) =>
        verifyFreshToken(settings, token, { audience, document: name }),
      trace: this.#trace,
      report: (event, details) =>
        console.error(JSON.stringify({ event, document: ctx.id.name, ...details })),
      randomId,
      jobs: jobsIn(ctx),
    });
    // The platform answers these without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  override fetch(upgrade: Request): Promise<Response> {
    const { principal, ...offer } = readForwardedUpgrade(upgrade);
    const { subprotocol, origin } = offer;
    const admission = this.#document.admit(principal, offer);
    if (admission.status === 'refused') {
      const { code, reason } = admission;
      this.#trace?.('connection refused', { origin, code, reason });
      return Promise.resolve(refuseUpgrade({ ...admission, subprotocol }));
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    HibernatableConnection.prepare(server, admission.attachment);
    this.#document.join(this.#connectionOf(server));
    const headers = subprotocol === null ? {} : { 'sec-websocket-protocol': subprotocol };
    return Promise.resolve(new Response(null, { status: 101, webSocket: client, headers }));
  }

  async call(principal: Principal | null, operation: RemoteOperation, network: string | null) {
    const call = () =>
      callLocally(operation, {
        exists: () => this.#document.exists,
        call: (local) => this.#document.call(principal, local, network),
      });
    if (operation.type !== 'import') return await call();
    // A file takes more than half of the memory of an object while it arrives.
    if (this.#isImporting) return { status: 'busy' } as const;
    this.#isImporting = true;
    try {
      return await call();
    } finally {
      this.#isImporting = false;
    }
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const connection = this.#connectionOf(socket);
    connection.noteFrame();
    this.#document.receive(connection, typeof data === 'string' ? data : new Uint8Array(data));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const connection = this.#connectionOf(socket);
    this.#document.leave(connection, code);
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

  /** Without the sockets that are closing, which the platform also lists. */
  *#openConnections(): Iterable<Connection> {
    for (const socket of this.ctx.getWebSockets()) {
      const connection = this.#connectionOf(socket);
      if (connection.isOpen) yield connection;
    }
  }
}
