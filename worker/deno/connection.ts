import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { behindReason } from '../core/room/send-window.ts';
import { fitReason } from '../http/upgrade.ts';
import type { Metrics } from './metrics.ts';
import type { UnsentBytes } from './unsent-bytes.ts';

/** A close frame is sent when the client has been silent for this long, in milliseconds. */
const quietTime = 100;
/** The longest wait for that, in milliseconds. */
const maxCloseDelay = 1000;

/** {@link Connection} over a WebSocket. Both end with the process, so the attachment is not stored. */
export class SocketConnection implements Connection {
  attachment: ConnectionAttachment;
  #lastSeenAt = Date.now();
  /** The same on the monotonic clock. */
  #lastFrameAt = performance.now();
  readonly #socket: WebSocket;
  readonly #metrics: Metrics;
  readonly #unsent: UnsentBytes;
  #isClosing = false;

  constructor(
    socket: WebSocket,
    attachment: ConnectionAttachment,
    { metrics, unsent }: { readonly metrics: Metrics; readonly unsent: UnsentBytes },
  ) {
    this.#socket = socket;
    this.#metrics = metrics;
    this.#unsent = unsent;
    this.attachment = attachment;
  }

  get lastSeenAt(): number {
    return this.#lastSeenAt;
  }

  /** Whether frames can be sent; false as soon as either side has sent a close frame. */
  get isOpen(): boolean {
    return !this.#isClosing && this.#socket.readyState === WebSocket.OPEN;
  }

  /** What was sent and is still buffered in this process. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Notes a frame and answers pings. Returns the frame for the document; null for none. */
  noteFrame(data: string | ArrayBuffer): string | Uint8Array | null {
    this.#lastSeenAt = Date.now();
    this.#lastFrameAt = performance.now();
    if (!this.isOpen) return null;
    if (data === 'ping') {
      this.#socket.send('pong');
      return null;
    }
    this.#metrics.count('received_bytes', typeof data === 'string' ? data.length : data.byteLength);
    return typeof data === 'string' ? data : new Uint8Array(data);
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#metrics.count('sent_bytes', frame.length);
    this.#socket.send(frame as Uint8Array<ArrayBuffer>);
    this.#unsent.sent(this);
  }

  /** The socket is closed. */
  ended(): void {
    this.#unsent.remove(this);
  }

  /** The process holds too much for its clients, and for this one most. */
  closeOverloaded(): void {
    this.close(CloseCode.tryAgainLater, behindReason);
  }

  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    if (code !== CloseCode.normal) this.#metrics.count('closed', 1, { code: String(code) });
    this.#isClosing = true;
    this.#unsent.remove(this);
    this.#closeWhenQuiet(code, fitReason(reason), performance.now() + maxCloseDelay);
  }

  /**
   * Deno drops a connection on which a frame arrives after its own close frame, often before the
   * client has read that frame. So it is sent in a pause between the client's frames.
   */
  #closeWhenQuiet(code: CloseCode, reason: string, deadline: number): void {
    const wait = Math.min(this.#lastFrameAt + quietTime, deadline) - performance.now();
    if (wait > 0) setTimeout(() => this.#closeWhenQuiet(code, reason, deadline), wait);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason);
  }
}
