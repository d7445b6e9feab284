import { credentialProtocolPrefix, edgepadProtocol } from '../../../protocol/headers.ts';
import type { SocketLike, WebSocketClass } from './socket.ts';

/** How long the service may take to show that it is there at all, in milliseconds. */
const reachTimeout = 15_000;
/** When to try a WebSocket again while HTTP works, in milliseconds: soon, then less and less often. */
const firstProbe = 20_000;
const longestProbe = 300_000;

export type Transport = 'websocket' | 'http';

export interface TransportSelectorOptions {
  /** The document: `wss://host/docs/NAME`. */
  readonly url: string;
  readonly WebSocket: WebSocketClass;
  readonly fetch: typeof fetch;
  /** A WebSocket gets through again: the connection by HTTP may be left. */
  readonly improved: () => void;
}

/**
 * Which way to the service: a WebSocket, or plain HTTP where something on the way lets no WebSocket
 * through, or cuts it at once. That shows only while the service answers by HTTP: after a WebSocket
 * that brought nothing it is asked first whether it is there. One that is down is not asked twice for
 * each attempt, and those it comes back to do not come by HTTP.
 */
export class TransportSelector {
  readonly #options: TransportSelectorOptions;
  #transport: Transport = 'websocket';
  /** Whether the last WebSocket brought nothing. */
  #hasFailed = false;
  /** Whether the service was there when the WebSocket under way was opened. */
  #isReached = false;
  #probeAfter = firstProbe;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probe: WebSocket | null = null;

  constructor(options: TransportSelectorOptions) {
    this.#options = options;
  }

  get transport(): Transport {
    return this.#transport;
  }

  /**
   * Opens a socket the way that is to be tried now. `token` is the credential of access; null for none.
   * Rejects where the service is not there, or the way by HTTP, which few need, cannot be loaded.
   */
  async open(token: string | null): Promise<SocketLike> {
    this.#stopProbing();
    const { url, WebSocket, fetch } = this.#options;
    if (this.#transport === 'http') {
      this.#scheduleProbe(token);
      const { PolledSocket } = await import('./polled-socket.ts');
      return new PolledSocket({ url: `${url.replace(/^ws/, 'http')}/sync`, token, fetch });
    }
    if (this.#hasFailed) this.#isReached = await this.#reach();
    return new WebSocket(url, protocolsFor(token)) as unknown as SocketLike;
  }

  /** The socket has brought something: this way works. */
  worked(): void {
    this.#hasFailed = false;
  }

  /** An attempt has failed, or its socket has ended and had brought nothing. */
  failed(): void {
    this.#transport = this.#transport === 'websocket' && this.#isReached ? 'http' : 'websocket';
    this.#hasFailed = true;
    this.#isReached = false;
  }

  stop(): void {
    this.#stopProbing();
  }

  /**
   * Whether the service answers by HTTP, or nobody in its place; false where that takes too long to
   * wait for. Rejects where it is not there. Nothing is changed there, and no document is woken.
   */
  async #reach(): Promise<boolean> {
    const { url, fetch } = this.#options;
    const signal = AbortSignal.timeout(reachTimeout);
    try {
      const { status } = await fetch(`${url.replace(/^ws/, 'http')}/sync`, {
        method: 'HEAD',
        // Any answer will do, also one that another site's page may not read.
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
      this.#hasFailed = false;
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

/** The credential of access travels where no log and no address shows it; the service never echoes it. */
function protocolsFor(token: string | null): string[] {
  return token === null
    ? [edgepadProtocol]
    : [edgepadProtocol, `${credentialProtocolPrefix}${token}`];
}
