import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { badRequest } from '../../http/problem.ts';
import { ListenerCheck } from './listener-check.ts';
import { send, toRequest } from './messages.ts';
import { TcpConnections } from './tcp-connections.ts';

/** How long a client may take to send the headers of a request, in milliseconds. */
const headersTimeout = 20_000;
/** How long a connection may be idle between requests; longer than reverse proxies keep theirs. */
const keepAliveTimeout = 120_000;
/** The size of the headers of a request, in bytes. Beyond: 431. */
const maxHeaderSize = 64 * 1024;
/** How often the server looks for connections over these times, in milliseconds. */
const checkInterval = 5_000;
/** How long the rest of a body is discarded after its request is answered, in milliseconds. */
const discardTimeout = 5_000;
/** and in how many chunks at most. Each one takes time, also when it has one byte. */
const maxDiscardedChunks = 2_000;

/** A connection that can become a WebSocket. `head` has the bytes that came after the headers. */
export interface RawUpgrade {
  readonly socket: Socket;
  readonly head: Uint8Array;
}

/** The circumstances of a request. */
export interface Exchange {
  /** The address of the other end of the connection. */
  readonly peer: string;
  /** Settles when the answer has been sent, or the connection has ended. */
  readonly completed: Promise<void>;
  /** Null for a request that asks for no upgrade. */
  readonly upgrade: RawUpgrade | null;
}

interface HttpServerOptions {
  /** The maximum number of connections. */
  readonly maxConnections: number;
  /** Answers a request. A response with status 101 means that it has upgraded the connection. */
  handle(request: Request, exchange: Exchange): Promise<Response>;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
  /** The server accepts no connections any more. */
  onFailure(): void;
}

/**
 * The HTTP server, with limits on connections. It uses node:http, because `Deno.serve` limits neither
 * the number of idle connections nor the time for headers, and stops for good without a file descriptor.
 */
export class HttpServer {
  readonly connections: TcpConnections;
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #check: ListenerCheck;
  /** Connections to end when their request is answered: what came after it is no request. */
  readonly #broken = new WeakSet<Socket>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.connections = new TcpConnections(options.maxConnections);
    this.#check = new ListenerCheck({
      release: () => this.connections.endIdle(),
      onFailure: (error) => {
        options.report('cannot accept connections', { error });
        options.onFailure();
      },
    });
    this.#server = createServer({
      maxHeaderSize,
      headersTimeout,
      // Bodies have a limit of their own: see limitBody.
      requestTimeout: 0,
      keepAliveTimeout,
      connectionsCheckingInterval: checkInterval,
    });
    this.#server.on('connection', (socket) => this.#accept(socket));
    this.#server.on(
      'clientError',
      (error, socket) => this.#reject(socket as Socket, (error as NodeJS.ErrnoException).code),
    );
    this.#server.on('request', (message, outgoing) => void this.#answer(message, outgoing));
    this.#server.on('upgrade', (message, stream, head) => {
      void this.#answerUpgrade(message, { socket: stream as Socket, head });
    });
  }

  /** Returns the port. Rejects with an error of node:net, such as EADDRINUSE. */
  async listen(address: { readonly host: string; readonly port: number }): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ ...address, backlog: 511 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const { port } = this.#server.address() as AddressInfo;
    await this.#check.start({ hostname: address.host, port });
    return port;
  }

  /** Accepts no more connections, and ends those without a request in progress. */
  close(): void {
    this.#check.stop();
    this.#server.close();
    this.connections.endIdle();
  }

  #accept(socket: Socket): void {
    this.#check.accepted();
    // A reset is no error of the service. A close event follows.
    socket.on('error', () => {});
    // Small frames must not wait for the acknowledgement of earlier ones.
    socket.setNoDelay(true);
    if (this.connections.add(socket)) return;
    endWith(socket, '503 Service Unavailable\r\nRetry-After: 5');
  }

  /** What has arrived is no request, or took too long. */
  #reject(socket: Socket, code: string | undefined): void {
    if (this.connections.isBusy(socket)) this.#broken.add(socket);
    else endWith(socket, statuses[code ?? ''] ?? '400 Bad Request');
  }

  async #answer(message: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket } = message;
    const end = this.connections.begin(socket, () => {
      // The answer of a request that waits behind another one has no socket, and no event without this.
      outgoing.destroy();
      outgoing.emit('close');
    });
    if (end === null) return;
    const completed = new Promise<void>((resolve) => outgoing.once('close', resolve));
    const response = await this.#respond(message, { completed, upgrade: null });
    await send(response, outgoing);
    end();
    if (this.#broken.has(socket)) socket.destroySoon();
    if (message.complete || socket.destroyed) return;
    let chunks = 0;
    message.on('data', () => {
      if (++chunks > maxDiscardedChunks) socket.destroy();
    });
    const timer = setTimeout(() => socket.destroy(), discardTimeout);
    message.once('close', () => clearTimeout(timer));
  }

  async #answerUpgrade(message: IncomingMessage, upgrade: RawUpgrade): Promise<void> {
    const { socket } = upgrade;
    if (this.connections.begin(socket, () => {}) === null) return;
    const completed = new Promise<void>((resolve) => socket.once('close', resolve));
    const response = await this.#respond(message, { completed, upgrade });
    if (response.status === 101) return;
    const outgoing = new ServerResponse(message);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(socket);
    outgoing.once('finish', () => socket.end());
    await send(response, outgoing);
    socket.destroySoon();
  }

  async #respond(
    message: IncomingMessage,
    exchange: Omit<Exchange, 'peer'>,
  ): Promise<Response> {
    const peer = message.socket.remoteAddress ?? '';
    const request = toRequest(message);
    if (!request) return badRequest('The request has an invalid target or Host.').toResponse();
    try {
      return await this.#options.handle(request, { ...exchange, peer });
    } catch (error) {
      this.#options.report('request failed', { error });
      return new Response('Internal error\n', { status: 500 });
    }
  }
}

/** By the code of an error of node:http. */
const statuses: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** Answers without a body and ends the connection. `status` may contain further header lines. */
function endWith(socket: Socket, status: string): void {
  if (!socket.writable) return void socket.destroy();
  const response = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  socket.end(response, () => socket.destroy());
}
