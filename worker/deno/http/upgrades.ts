import { createHash } from 'node:crypto';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { internalErrorReason } from '../../core/connection.ts';
import { ByteBudget } from '../../http/byte-budget.ts';
import { badRequest } from '../../http/problem.ts';
import { fitReason, type UpgradeRefusal } from '../../http/upgrade.ts';
import { ServerSocket } from '../sockets/server-socket.ts';
import type { ReadRate } from '../sockets/read-rate.ts';
import type { RawUpgrade } from './server.ts';
import type { DocumentContext } from '../document.ts';

const MiB = 1024 * 1024;
/** RFC 6455 section 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

interface DeferredUpgrade {
  readonly subprotocol: string | null;
  readonly onOpen: (socket: ServerSocket) => void;
}

/**
 * WebSocket upgrades. The routes do not have the connection of a request. So they return a placeholder,
 * and the server replaces it with the upgrade.
 */
export class Upgrades {
  /** Bytes of incomplete messages. A client's largest has 8 MiB, in at most twice that. */
  readonly messages = new ByteBudget({
    maxBytes: 256 * MiB,
    maxBytesPerClient: 80 * MiB,
    freeBytes: MiB / 16,
  });
  readonly #deferred = new WeakMap<Response, DeferredUpgrade>();
  readonly #context: Pick<DocumentContext, 'metrics' | 'report'>;

  constructor(context: Pick<DocumentContext, 'metrics' | 'report'>) {
    this.#context = context;
  }

  /** The placeholder for an upgrade. `onOpen` runs when the socket is open. */
  defer(subprotocol: string | null, onOpen: (socket: ServerSocket) => void): Response {
    const response = new Response(null, { status: 204 });
    this.#deferred.set(response, { subprotocol, onOpen });
    return response;
  }

  /** Whether a response is a placeholder. */
  has(response: Response): boolean {
    return this.#deferred.has(response);
  }

  /**
   * Replaces a placeholder with the upgrade of `request`. `upgrade` is null if its connection cannot be
   * upgraded. `client` pays for incomplete messages, and `rate` limits how fast frames are read.
   */
  complete(
    request: Request,
    placeholder: Response,
    { upgrade, client, rate }: {
      readonly upgrade: RawUpgrade | null;
      readonly client: string;
      readonly rate: ReadRate;
    },
  ): Response {
    const deferred = this.#deferred.get(placeholder);
    if (!deferred) throw new Error('This response is not a placeholder');
    const { subprotocol, onOpen } = deferred;
    const accept = acceptedKey(request);
    if (upgrade === null || accept === null) {
      return badRequest('This is not a WebSocket handshake (RFC 6455).').toResponse();
    }
    const headers = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
    ];
    // A browser that offered subprotocols fails the connection if the response names none.
    if (subprotocol !== null) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
    upgrade.socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
    const socket = new ServerSocket(upgrade.socket, { share: this.messages.open(client), rate });
    try {
      onOpen(socket);
    } catch (error) {
      this.#context.report('unexpected error', { error });
      this.refuse(socket, { code: CloseCode.internalError, reason: internalErrorReason });
    }
    socket.start(upgrade.head);
    return new Response(null, { status: 101 });
  }

  /** Closes an open socket with the reason of a refusal. */
  refuse(socket: ServerSocket, { code, reason }: Pick<UpgradeRefusal, 'code' | 'reason'>): void {
    this.#context.metrics.count('closed', 1, { code: String(code) });
    socket.close(code, fitReason(reason));
  }
}

/** The answer to the key of a handshake; null for an invalid one (RFC 6455 section 4.2.1). */
function acceptedKey({ method, headers }: Request): string | null {
  const key = headers.get('sec-websocket-key') ?? '';
  const isHandshake = method === 'GET' && headers.get('sec-websocket-version') === '13' &&
    /^[\w+/]{22}==$/.test(key) &&
    /(^|,)\s*upgrade\s*(,|$)/i.test(headers.get('connection') ?? '');
  if (!isHandshake) return null;
  return createHash('sha1').update(key + acceptSuffix).digest('base64');
}
