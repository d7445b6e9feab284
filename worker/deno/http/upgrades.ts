import { CloseCode } from '../../../protocol/close-codes.ts';
import { internalErrorReason } from '../../core/connection.ts';
import { badRequest } from '../../http/problem.ts';
import { fitReason, type UpgradeRefusal } from '../../http/upgrade.ts';
import type { RawUpgrade } from './server.ts';
import type { DocumentContext } from '../document.ts';

/** The runtime closes the socket of a client that answers no ping for so long, in seconds. */
const idleTimeout = 30;

/**
 * How long to wait before closing a refused socket, in milliseconds. Deno drops a connection on which
 * a frame arrives after its own close frame, and with it the close code. Clients send their first
 * frames right after opening.
 */
const refusalDelay = 100;

interface DeferredUpgrade {
  readonly subprotocol: string | null;
  readonly onOpen: (socket: WebSocket) => void;
}

/**
 * WebSocket upgrades. The routes do not have the connection of a request. So they return a placeholder,
 * and the server replaces it with the upgrade.
 */
export class Upgrades {
  readonly #deferred = new WeakMap<Response, DeferredUpgrade>();
  readonly #context: Pick<DocumentContext, 'metrics' | 'report'>;

  constructor(context: Pick<DocumentContext, 'metrics' | 'report'>) {
    this.#context = context;
  }

  /** The placeholder for an upgrade. `onOpen` runs when the socket is open. */
  defer(subprotocol: string | null, onOpen: (socket: WebSocket) => void): Response {
    const response = new Response(null, { status: 204 });
    this.#deferred.set(response, { subprotocol, onOpen });
    return response;
  }

  /** Whether a response is a placeholder. */
  has(response: Response): boolean {
    return this.#deferred.has(response);
  }

  /**
   * Replaces a placeholder with the upgrade of `request`, which is null if its connection cannot be
   * upgraded. `onEnd` runs when the socket is closed.
   */
  complete(
    request: Request,
    placeholder: Response,
    { upgrade, onEnd }: { readonly upgrade: RawUpgrade | null; readonly onEnd: () => void },
  ): Response {
    const deferred = this.#deferred.get(placeholder);
    if (!deferred) throw new Error('This response is not a placeholder');
    const { subprotocol, onOpen } = deferred;
    normalizeSubprotocols(request);
    let upgraded: Deno.WebSocketUpgrade;
    try {
      if (upgrade === null) throw new TypeError('The client asks for no upgrade');
      // A browser that offered subprotocols fails the connection if the response names none.
      const protocol = subprotocol === null ? {} : { protocol: subprotocol };
      const { socket, head } = upgrade;
      const options = { idleTimeout, socket, head, ...protocol };
      upgraded = Deno.upgradeWebSocket(request, options);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      onEnd();
      return badRequest('This is not a WebSocket handshake (RFC 6455).').toResponse();
    }
    const { socket } = upgraded;
    socket.binaryType = 'arraybuffer';
    for (const event of ['close', 'error']) socket.addEventListener(event, onEnd);
    socket.onopen = () => {
      try {
        onOpen(socket);
      } catch (error) {
        this.#context.report('unexpected error', { error });
        this.refuse(socket, { code: CloseCode.internalError, reason: internalErrorReason });
      }
    };
    // Until the document sets its own handler: Deno ends the process on an unhandled error event.
    socket.onerror = (event) => event.preventDefault();
    return upgraded.response;
  }

  /** Closes an open socket with the reason of a refusal. */
  refuse(socket: WebSocket, { code, reason }: Pick<UpgradeRefusal, 'code' | 'reason'>): void {
    this.#context.metrics.count('closed', 1, { code: String(code) });
    setTimeout(() => socket.close(code, fitReason(reason)), refusalDelay);
  }
}

/** Puts a space after each comma, without which Deno finds only the first subprotocol. */
function normalizeSubprotocols(request: Request): void {
  const offered = request.headers.get('sec-websocket-protocol');
  if (offered === null) return;
  const headers = new Headers(request.headers);
  headers.set('sec-websocket-protocol', offered.split(',').map((one) => one.trim()).join(', '));
  Object.defineProperty(request, 'headers', { value: headers });
}
