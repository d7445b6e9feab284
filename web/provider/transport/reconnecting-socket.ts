import { asksToWait, mayReconnect } from '../../../protocol/close-codes.ts';
import { retryDelay } from './backoff.ts';
import { Heartbeat } from './heartbeat.ts';
import type { SocketLike } from './socket.ts';

/** How long opening may take, in milliseconds. */
const openTimeout = 25_000;
/** After a connection of this length the backoff starts again, in milliseconds. */
const stableAfter = 5_000;
/** Added to the delay if the service has asked the client to come back later, in milliseconds. */
const laterDelay = 1_000;

interface SocketEvents {
  /** Opens another socket. May reject: it is called again after a delay. */
  open(): Promise<SocketLike>;
  onOpen(): void;
  onFrame(frame: Uint8Array): void;
  /** The connection, or the attempt to open one, has failed; another attempt follows. 1006 without a close frame. */
  onLost(code: number, reason: string): void;
  /** The service does not want this client to reconnect: no further attempt follows. */
  onRefused(code: number, reason: string): void;
}

/** The state of one connection. */
interface Connection {
  readonly socket: SocketLike;
  readonly heartbeat: Heartbeat;
  /** In milliseconds of the monotonic clock; null until it is open. */
  openedAt: number | null;
}

/**
 * Keeps one socket open. Connects immediately; after a loss it reconnects with full jitter, and
 * without delay when the page becomes visible or the network returns.
 */
export class ReconnectingSocket {
  readonly #events: SocketEvents;
  #connection: Connection | null = null;
  /** Identifies the attempt that waits for `open`; null without one. Others were abandoned. */
  #attempt: object | null = null;
  #attempts = 0;
  /** The start of the outage that the backoff counts, in milliseconds of the monotonic clock. */
  #unstableSince = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  readonly #listening = new AbortController();

  constructor(events: SocketEvents) {
    this.#events = events;
    const { signal } = this.#listening;
    globalThis.addEventListener?.('online', this.#onWake, { signal });
    globalThis.addEventListener?.('pageshow', this.#onWake, { signal });
    globalThis.document?.addEventListener('visibilitychange', this.#onWake, { signal });
    // The browser may be wrong, so the service is pinged.
    globalThis.addEventListener?.('offline', () => this.#checkConnection(), { signal });
    void this.#open();
  }

  /** Sends a frame. Does nothing while the connection is not open. */
  send(frame: Uint8Array): void {
    const socket = this.#connection?.socket;
    if (socket?.readyState === 1) socket.send(frame as Uint8Array<ArrayBuffer>);
  }

  /** Reconnects now instead of after the delay. */
  retry(): void {
    if (this.#isStopped || this.#connection || this.#attempt) return;
    this.#resetBackoff();
    void this.#open();
  }

  /** Closes a connection that has sent invalid data, and reconnects as after any loss. */
  fail(): void {
    if (!this.#isStopped && this.#connection) this.#drop();
  }

  /** Closes the connection for good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#listening.abort();
    this.#abandon()?.close(1000);
  }

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    const attempt = this.#attempt = {};
    let socket: SocketLike;
    try {
      socket = await this.#events.open();
    } catch {
      // The page's code has provided no credential, or the service cannot be reached.
      if (attempt === this.#attempt) this.#closed(1006, '');
      return;
    }
    if (attempt !== this.#attempt) {
      socket.onerror = () => {};
      socket.close(1000);
      return;
    }
    this.#attempt = null;
    this.#attach(socket);
  }

  #attach(socket: SocketLike): void {
    const heartbeat = new Heartbeat({
      sendPing: () => socket.send('ping'),
      onTimeout: () => this.#drop(),
    });
    const connection: Connection = { socket, heartbeat, openedAt: null };
    this.#connection = connection;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      clearTimeout(this.#timer);
      connection.openedAt = performance.now();
      // Ping immediately: a proxy may accept connections without a service behind it. Ping before
      // `onOpen`: the pong would otherwise arrive after a long document.
      heartbeat.check();
      this.#events.onOpen();
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) {
        heartbeat.frameReceived();
        this.#events.onFrame(new Uint8Array(data));
      } else heartbeat.pongReceived();
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // A close follows every error. Without a listener, Node.js ends the process.
    socket.onerror = () => {};
    this.#schedule(() => this.#drop(), openTimeout);
  }

  readonly #onWake = (): void => {
    if (this.#isStopped || globalThis.document?.visibilityState === 'hidden') return;
    if (this.#connection) this.#checkConnection();
    else this.retry();
  };

  #checkConnection(): void {
    if (this.#connection?.socket.readyState === 1) this.#connection.heartbeat.check();
  }

  /** Gives up a dead connection without waiting for its close event, which can take minutes. */
  #drop(): void {
    const socket = this.#connection?.socket;
    this.#closed(1006, '');
    socket?.close();
  }

  #closed(code: number, reason: string): void {
    const { openedAt = null } = this.#connection ?? {};
    this.#abandon();
    if (!mayReconnect(code)) {
      this.stop();
      this.#events.onRefused(code, reason);
      return;
    }
    const now = performance.now();
    if (openedAt !== null && now - openedAt > stableAfter) this.#resetBackoff();
    const delay = retryDelay(this.#attempts++, now - this.#unstableSince) +
      (asksToWait(code) ? laterDelay : 0);
    this.#schedule(() => void this.#open(), delay);
    this.#events.onLost(code, reason);
  }

  #resetBackoff(): void {
    this.#attempts = 0;
    this.#unstableSince = performance.now();
  }

  /** Detaches the connection and the attempt: nothing they still do has an effect. */
  #abandon(): SocketLike | null {
    this.#attempt = null;
    const { socket = null, heartbeat } = this.#connection ?? {};
    this.#connection = null;
    heartbeat?.stop();
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    return socket;
  }

  #schedule(work: () => void, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }
}
