import { isForLater, mayReconnect } from '../../../protocol/close-codes.ts';
import { retryDelay } from './backoff.ts';
import type { SocketLike } from './socket.ts';

/** How often a quiet connection is probed. The platform answers without waking the document. */
const pingInterval = 25_000;
/** How long the answer may take before the connection counts as dead. */
const pongTimeout = 15_000;
/** The same while other things still arrive: many megabytes may be ahead of it. */
const pongTimeoutBusy = 30_000;
/** The same as {@link pongTimeout} once the browser has said that it is offline. */
const pongTimeoutOffline = 2_000;
/** How long opening may take. */
const openTimeout = 25_000;
/** A connection that lived this long was a good one: the next attempt starts from the beginning. */
const goodLife = 5_000;

/** How much longer than usual to stay away when the service has asked for it, in milliseconds. */
const later = 1_000;

export interface SocketEvents {
  /** Opens another socket. Rejects where that is not possible yet: it is asked again. */
  open(): Promise<SocketLike>;
  opened(): void;
  received(frame: Uint8Array): void;
  /** Lost, and coming back by itself. `code` as the close said, 1006 where it said nothing. */
  lost(code: number, reason: string): void;
  /** Left for a better one, which is being opened. */
  left(): void;
  /** Told to stay away: there will be no further attempt. */
  refused(code: number, reason: string): void;
}

/**
 * One live socket at a time, for as long as it is wanted. Opens at once; after a loss it comes
 * back with full jitter, and without waiting when the page is shown again or the network returns.
 */
export class ReconnectingSocket {
  readonly #events: SocketEvents;
  #socket: SocketLike | null = null;
  /** Counts attempts: what an abandoned one still brings about means nothing. */
  #opening = 0;
  #isOpening = false;
  #attempt = 0;
  /** Since when there has been no good connection. */
  #awaySince = Date.now();
  #openedAt = 0;
  #heardAt = 0;
  /** Of the last answer to a ping. Nothing else shows that what is sent arrives. */
  #pongAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(events: SocketEvents) {
    this.#events = events;
    globalThis.addEventListener?.('online', this.#wake);
    globalThis.addEventListener?.('offline', this.#doubt);
    globalThis.addEventListener?.('pageshow', this.#wake);
    globalThis.document?.addEventListener('visibilitychange', this.#wake);
    void this.#open();
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
    globalThis.removeEventListener?.('offline', this.#doubt);
    globalThis.removeEventListener?.('pageshow', this.#wake);
    globalThis.document?.removeEventListener('visibilitychange', this.#wake);
    this.#abandon()?.close(1000);
  }

  /** Tries now, without waiting for the next attempt to fall due. */
  retry(): void {
    if (this.#isStopped || this.#socket || this.#isOpening) return;
    this.#beginAnew();
    void this.#open();
  }

  /** Leaves a connection that works for a better one. */
  replace(): void {
    if (this.#isStopped) return;
    this.#abandon()?.close(1000);
    this.#events.left();
    this.#beginAnew();
    void this.#open();
  }

  /** Gives up a connection that has brought nonsense; comes back as after any loss. */
  fail(): void {
    if (!this.#isStopped && this.#socket) this.#drop();
  }

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    const opening = ++this.#opening;
    this.#isOpening = true;
    let socket: SocketLike;
    try {
      socket = await this.#events.open();
    } catch {
      // A credential of access could not be had; whatever the page's own code has thrown.
      if (opening === this.#opening) this.#closed(1006, '');
      return;
    }
    if (opening !== this.#opening) {
      socket.onerror = () => {};
      socket.close(1000);
      return;
    }
    this.#isOpening = false;
    this.#attach(socket);
  }

  #attach(socket: SocketLike): void {
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = this.#heardAt = Date.now();
      // Asked at once: what accepts connections may have no service behind it. And before all else, so
      // that the answer is not behind a long document.
      this.#pongAt = 0;
      this.#probe();
      this.#events.opened();
    };
    socket.onmessage = ({ data }) => {
      this.#heardAt = Date.now();
      if (data instanceof ArrayBuffer) this.#events.received(new Uint8Array(data));
      else this.#pongAt = this.#heardAt;
    };
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    // A close follows every error. Listened to all the same: outside browsers, an error that nobody
    // listens to ends the process.
    socket.onerror = () => {};
    this.#schedule(() => this.#drop(), openTimeout);
  }

  /**
   * Asks for a sign of life, unless the last answer is fresh. Asked however much others are heard: it
   * also tells the service that this client is there, and frames from it do not show that ours arrive.
   */
  #probe(): void {
    const age = Date.now() - this.#pongAt;
    if (age < pingInterval) {
      this.#schedule(() => this.#probe(), pingInterval - age);
      return;
    }
    this.#socket?.send('ping');
    this.#awaitPong(Date.now(), Date.now());
  }

  #awaitPong(askedAt: number, lookedAt: number): void {
    const isOffline = globalThis.navigator?.onLine === false;
    this.#schedule(() => {
      const now = Date.now();
      const isBusy = this.#heardAt >= lookedAt && now - askedAt < pongTimeoutBusy;
      if (this.#pongAt >= askedAt) this.#probe();
      else if (isBusy && !isOffline) this.#awaitPong(askedAt, now);
      else this.#drop();
    }, isOffline ? pongTimeoutOffline : pongTimeout);
  }

  /** The browser says that the network is gone; it may be wrong, so the service is asked. */
  readonly #doubt = (): void => {
    if (this.isOpen) {
      this.#pongAt = 0;
      this.#probe();
    }
  };

  /** The page is shown, or the network is back: no reason to wait, and a reason to doubt. */
  readonly #wake = (): void => {
    if (this.#isStopped || globalThis.document?.visibilityState === 'hidden') return;
    if (!this.#socket) {
      this.retry();
    } else {
      this.#doubt();
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
    const now = Date.now();
    if (this.#openedAt > 0 && now - this.#openedAt > goodLife) this.#beginAnew();
    this.#openedAt = 0;
    const wait = retryDelay(this.#attempt++, now - this.#awaySince) +
      (isForLater(code) ? later : 0);
    this.#schedule(() => void this.#open(), wait);
    this.#events.lost(code, reason);
  }

  #beginAnew(): void {
    this.#attempt = 0;
    this.#awaySince = Date.now();
  }

  /** Lets go of the socket; nothing it still does is heard. */
  #abandon(): SocketLike | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#opening++;
    this.#isOpening = false;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    return socket;
  }

  #schedule(work: () => void, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }
}
