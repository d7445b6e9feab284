import { edgepadProtocol } from '../../protocol/messages.ts';
import type { SocketLike, WebSocketClass } from './socket.ts';

/** So many WebSockets in a row that brought nothing, and the next attempt goes by HTTP. */
const failuresBeforeHttp = 2;
/** When to try a WebSocket again while HTTP works, in milliseconds: soon, then less and less often. */
const firstProbe = 20_000;
const longestProbe = 300_000;

export type Transport = 'websocket' | 'http';

export interface RouteOptions {
  /** The document: `wss://host/docs/NAME`. */
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly fetch: typeof fetch;
  /** A WebSocket gets through again: the connection by HTTP may be left. */
  readonly improved: () => void;
}

/**
 * Which way to the service: a WebSocket, or plain HTTP where something on the way lets no WebSocket
 * through, or cuts it at once. Where neither works both are tried in turn.
 */
export class Route {
  readonly #options: RouteOptions;
  #transport: Transport = 'websocket';
  #failures = 0;
  #probeAfter = firstProbe;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probe: WebSocket | null = null;

  constructor(options: RouteOptions) {
    this.#options = options;
  }

  get transport(): Transport {
    return this.#transport;
  }

  /**
   * Opens a socket the way that is to be tried now. `token` is the proof of access; null for none.
   * Rejects where the way by HTTP, which few need, cannot be loaded.
   */
  async open(token: string | null): Promise<SocketLike> {
    this.#stopProbing();
    const { url, WebSocket, fetch } = this.#options;
    if (this.#transport === 'http') {
      this.#scheduleProbe(token);
      const { PolledSocket } = await import('./polled-socket.ts');
      return new PolledSocket({ url: `${url.replace(/^ws/, 'http')}/sync`, token, fetch });
    }
    return new WebSocket(url, protocolsFor(token)) as unknown as SocketLike;
  }

  /** The socket has brought something: this way works. */
  worked(): void {
    this.#failures = 0;
  }

  /** A socket has ended that had brought nothing. */
  failed(): void {
    this.#failures++;
    const triesHttp = this.#transport === 'websocket' && this.#failures >= failuresBeforeHttp;
    this.#transport = triesHttp ? 'http' : 'websocket';
  }

  stop(): void {
    this.#stopProbing();
  }

  #scheduleProbe(token: string | null): void {
    this.#timer = setTimeout(() => this.#tryWebSocket(token), this.#probeAfter);
    this.#probeAfter = Math.min(longestProbe, this.#probeAfter * 2);
  }

  /** A handshake alone proves nothing: what cuts connections lets it through. An answer does. */
  #tryWebSocket(token: string | null): void {
    const probe = new this.#options.WebSocket(this.#options.url, protocolsFor(token));
    this.#probe = probe;
    probe.onopen = () => probe.send('ping');
    probe.onmessage = () => {
      this.#stopProbing();
      this.#transport = 'websocket';
      this.#failures = 0;
      this.#probeAfter = firstProbe;
      this.#options.improved();
    };
    probe.onclose = () => {
      this.#probe = null;
      this.#scheduleProbe(token);
    };
    probe.onerror = () => {};
  }

  #stopProbing(): void {
    clearTimeout(this.#timer);
    const probe = this.#probe;
    this.#probe = null;
    if (!probe) return;
    probe.onopen = probe.onmessage = probe.onclose = null;
    probe.close(1000);
  }
}

/** The proof of access travels where no log and no address shows it; the service never echoes it. */
function protocolsFor(token: string | null): string[] {
  return token === null ? [edgepadProtocol] : [edgepadProtocol, `edgepad.auth.${token}`];
}
