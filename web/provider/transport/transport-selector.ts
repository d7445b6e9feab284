import { credentialProtocolPrefix, edgepadProtocol } from '../../../protocol/headers.ts';
import type { SocketLike, WebSocketClass } from './socket.ts';

/** How long the service may take to answer the request that checks whether it is up, in milliseconds. */
const checkTimeout = 15_000;
/** After a fallback to HTTP, the first new connection after this time tries a WebSocket, in milliseconds. */
const retryWebSocketAfter = 30_000;

export type Transport = 'websocket' | 'http';

interface TransportSelectorOptions {
  /** The document: `wss://host/docs/NAME`. */
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly fetch: typeof fetch;
}

/**
 * Selects the transport of each connection: a WebSocket, or HTTP requests where a proxy blocks
 * WebSockets or closes them immediately. Falls back to HTTP only if the service answers over HTTP and
 * a WebSocket opened right after that receives nothing, so that an outage does not move clients to
 * HTTP. A connection over HTTP is kept until it is lost.
 */
export class TransportSelector {
  readonly #options: TransportSelectorOptions;
  #transport: Transport = 'websocket';
  /** Whether the last connection attempt has failed. */
  #hasFailed = false;
  /** Whether the service has answered over HTTP since the last attempt. */
  #isReachable = false;
  /** In milliseconds of the monotonic clock. */
  #fellBackAt = -Infinity;

  constructor(options: TransportSelectorOptions) {
    this.#options = options;
  }

  /** The transport of the current or last attempt. */
  get transport(): Transport {
    return this.#transport;
  }

  /**
   * Opens a socket over the selected transport. `token` is the credential; null for none. Rejects if
   * the service does not answer, or if the code of the HTTP transport cannot be loaded.
   */
  async open(token: string | null): Promise<SocketLike> {
    const { url, WebSocket, fetch } = this.#options;
    if (this.#transport === 'http') {
      if (performance.now() - this.#fellBackAt < retryWebSocketAfter) {
        // Loaded on demand: few clients need it.
        const { PolledSocket } = await import('./polled-socket.ts');
        return new PolledSocket({ url: this.#syncUrl, token, fetch });
      }
      // HTTP has worked: if this one WebSocket fails, the next attempt uses HTTP again.
      this.#transport = 'websocket';
      this.#isReachable = true;
    } else if (this.#hasFailed) {
      this.#isReachable = await this.#checkService();
    }
    return new WebSocket(url, protocolsFor(token)) as unknown as SocketLike;
  }

  /** Call when the socket has received a frame. */
  succeeded(): void {
    this.#hasFailed = false;
    this.#isReachable = false;
  }

  /** Call when the attempt fails, or its socket closes before it has received a frame. */
  failed(): void {
    const isBlocked = this.#transport === 'websocket' && this.#isReachable;
    if (isBlocked) this.#fellBackAt = performance.now();
    this.#transport = isBlocked ? 'http' : 'websocket';
    this.#hasFailed = true;
    this.#isReachable = false;
  }

  get #syncUrl(): string {
    return `${this.#options.url.replace(/^ws/, 'http')}/sync`;
  }

  /**
   * Whether the service answers over HTTP; false after a timeout. Rejects if it cannot be reached. The
   * request changes nothing and wakes no document.
   */
  async #checkService(): Promise<boolean> {
    const signal = AbortSignal.timeout(checkTimeout);
    try {
      const { status } = await this.#options.fetch(this.#syncUrl, {
        method: 'HEAD',
        // Any answer suffices, even one that a page of another origin may not read.
        mode: 'no-cors',
        cache: 'no-store',
        credentials: 'omit',
        signal,
      });
      if (status >= 500) throw new TypeError(`Cannot reach the service: status ${status}`);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }
}

/**
 * The credential travels as a subprotocol, which appears in no URL and no log. The service never
 * selects it.
 */
function protocolsFor(token: string | null): string[] {
  return token === null
    ? [edgepadProtocol]
    : [edgepadProtocol, `${credentialProtocolPrefix}${token}`];
}
