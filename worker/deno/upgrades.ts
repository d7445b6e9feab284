import { CloseCode } from '../../protocol/close-codes.ts';
import { fitReason } from '../http/close-reason.ts';
import { badRequest } from '../http/problem.ts';
import type { DocumentContext } from './document-host.ts';

/** What a document does with a socket once it is open. */
export type Join = (socket: WebSocket) => void;

/** A client that does not answer the pings of the runtime for so long is gone, in seconds. */
const idleTimeout = 30;
/**
 * How long a refused client is let talk before it is told, in milliseconds. Deno ends the connection
 * with the first frame that comes after its own close, and what a client says at opening could come
 * just then: it would lose the code that it has not read yet.
 */
const refusalDelay = 100;

/**
 * A document decides about an upgrade deep inside the routes, and only the request that the server
 * was given can be upgraded. So it answers with a promise, which is kept where that request is.
 */
export class Upgrades {
  readonly #promised = new WeakMap<Response, { join: Join; protocol: string | null }>();

  readonly #surroundings: Pick<DocumentContext, 'metrics' | 'report'>;

  constructor(surroundings: Pick<DocumentContext, 'metrics' | 'report'>) {
    this.#surroundings = surroundings;
  }

  /** Stands for the upgrade on its way out through the routes. Nobody ever sees it. */
  promise(protocol: string | null, join: Join): Response {
    const response = new Response(null, { status: 204 });
    this.#promised.set(response, { join, protocol });
    return response;
  }

  /** The answer as it goes out: the upgrade where one was promised. */
  keep(request: Request, response: Response): Response {
    const promised = this.#promised.get(response);
    if (!promised) return response;
    const { join, protocol } = promised;
    spellOut(request);
    let upgrade: Deno.WebSocketUpgrade;
    try {
      // A browser that asked for a subprotocol gives up where the answer names none.
      upgrade = Deno.upgradeWebSocket(request, { idleTimeout, ...(protocol && { protocol }) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const problem = badRequest('This is no handshake of a WebSocket (RFC 6455).').toResponse();
      // Past the middleware that says so of every other answer.
      problem.headers.set('cache-control', 'private, no-store');
      return problem;
    }
    const { socket } = upgrade;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      try {
        join(socket);
      } catch (error) {
        this.#surroundings.report('unexpected error', { error });
        this.refuse(socket, CloseCode.internalError, 'Something failed here: come back later');
      }
    };
    // Until then: an error that nobody hears would end the process.
    socket.onerror = (event) => event.preventDefault();
    return upgrade.response;
  }

  /** Tells on the open socket why it is not wanted: a browser cannot see that of a handshake. */
  refuse(socket: WebSocket, code: number, reason: string): void {
    this.#surroundings.metrics.count('closed', 1, { code: String(code) });
    setTimeout(() => socket.close(code, fitReason(reason)), refusalDelay);
  }
}

/** Deno finds a subprotocol only where commas are followed by a blank, and many clients put none. */
function spellOut(request: Request): void {
  const offered = request.headers.get('sec-websocket-protocol');
  if (offered === null) return;
  const headers = new Headers(request.headers);
  headers.set('sec-websocket-protocol', offered.split(',').map((one) => one.trim()).join(', '));
  Object.defineProperty(request, 'headers', { value: headers });
}
