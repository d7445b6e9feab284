import { mayReconnect } from '../../protocol/close-codes.ts';
import { retryDelay } from './backoff.ts';

/** How often a quiet connection is probed. The platform answers without waking the document. */
const pingInterval = 25_000;
/** How long the answer may take before the connection counts as dead. */
const pongTimeout = 10_000;
/** How long opening may take. */
const openTimeout = 15_000;
/** A connection that lived this long was a good one: the next attempt starts from the beginning. */
const goodLife = 5_000;

export interface SocketEvents {
  opened(): void;
  received(frame: Uint8Array): void;
  /** Lost, and coming back by itself. */
  lost(): void;
  /** Told to stay away: there will be no further attempt. */
  refused(code: number, reason: string): void;
}

/** What is needed of the WebSocket class; the browser's own, or another for runtimes without one. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;

/**
 * One live WebSocket at a time, for as long as it is wanted. Opens at once; after a loss it comes
 * back with full jitter, and without waiting when the page is shown again or the network returns.
 */
export class ReconnectingSocket {
  readonly #url: string;
  readonly #protocols: string[];
  readonly #WebSocket: WebSocketClass;
  readonly #events: SocketEvents;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #openedAt = 0;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(
    url: string,
    protocols: string[],
    WebSocketClass: WebSocketClass,
    events: SocketEvents,
  ) {
    this.#url = url;
    this.#protocols = protocols;
    this.#WebSocket = WebSocketClass;
    this.#events = events;
    globalThis.addEventListener?.('online', this.#wake);
    globalThis.addEventListener?.('pageshow', this.#wake);
    globalThis.document?.addEventListener('visibilitychange', this.#wake);
    this.#open();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === 1;
  }

  /** Queues a frame on the open connection. Does nothing while there is none. */
  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket?.send(frame as Uint8Array<ArrayBuffer>);
  }

  /** Ends the connection for good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.('online', this.#wake);
    globalThis.removeEventListener?.('pageshow', this.#wake);
    globalThis.document?.removeEventListener('visibilitychange', this.#wake);
    this.#abandon()?.close(1000);
  }

  #open(): void {
    clearTimeout(this.#timer);
    const socket = new this.#WebSocket(this.#url, this.#protocols);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = this.#heardAt = Date.now();
      this.#schedule(() => this.#probe(), pingInterval);
      this.#events.opened();
    };
    socket.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      if (data instanceof ArrayBuffer) this.#events.received(new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // A close follows every error. Listened to all the same: outside browsers, an error that nobody
    // listens to ends the process.
    socket.onerror = () => {};
    this.#schedule(() => this.#drop(), openTimeout);
  }

  /** Asks for a sign of life, unless one has just been seen. */
  #probe(): void {
    const silence = Date.now() - this.#heardAt;
    if (silence < pingInterval) {
      this.#schedule(() => this.#probe(), pingInterval - silence);
      return;
    }
    const askedAt = Date.now();
    this.#socket?.send('ping');
    this.#schedule(() => {
      if (this.#heardAt >= askedAt) this.#probe();
      else this.#drop();
    }, pongTimeout);
  }

  /** The page is shown, or the network is back: no reason to wait, and a reason to doubt. */
  readonly #wake = (): void => {
    if (this.#isStopped || globalThis.document?.visibilityState === 'hidden') return;
    if (!this.#socket) {
      this.#attempt = 0;
      this.#open();
    } else if (this.isOpen) {
      this.#heardAt = 0;
      this.#probe();
    }
  };

  /** Gives a connection up that has gone silent; its own close could take minutes to be noticed. */
  #drop(): void {
    this.#abandon()?.close();
    this.#closed(1006, '');
  }

  #closed(code: number, reason: string): void {
    this.#abandon();
    if (!mayReconnect(code)) {
      this.stop();
      this.#events.refused(code, reason);
      return;
    }
    if (this.#openedAt > 0 && Date.now() - this.#openedAt > goodLife) this.#attempt = 0;
    this.#openedAt = 0;
    this.#schedule(() => this.#open(), retryDelay(this.#attempt++));
    this.#events.lost();
  }

  /** Lets go of the socket; nothing it still does is heard. */
  #abandon(): WebSocket | null {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    return socket;
  }

  #schedule(work: () => void, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }
}
