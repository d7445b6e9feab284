import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { fitReason } from '../http/upgrade.ts';
import type { Metrics } from './metrics.ts';
import type { ServerSocket } from './sockets/server-socket.ts';
import type { UnsentBytes } from './sockets/unsent-bytes.ts';

/** {@link Connection} over a WebSocket. Both end with the process, so the attachment is not stored. */
export class SocketConnection implements Connection {
  attachment: ConnectionAttachment;
  #lastSeenAt = Date.now();
  readonly #socket: ServerSocket;
  readonly #metrics: Metrics;
  readonly #unsent: UnsentBytes;

  constructor(
    socket: ServerSocket,
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
    return this.#socket.isOpen;
  }

  /** What was sent and is still buffered in this process. */
  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  /** Notes a frame and answers pings. Returns the frame for the document; null for none. */
  noteFrame(data: string | Uint8Array): string | Uint8Array | null {
    this.#lastSeenAt = Date.now();
    if (!this.isOpen) return null;
    if (data === 'ping') {
      this.#socket.answer('pong');
      return null;
    }
    this.#metrics.count('received_bytes', data.length);
    return data;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#metrics.count('sent_bytes', frame.length);
    this.#socket.send(frame);
    this.#unsent.sent(this);
  }

  /** The TCP connection is closed: it holds no memory. */
  ended(): void {
    this.#unsent.remove(this);
  }

  /**
   * The process holds too much for its clients, and for this one most. It reads nothing, and would not
   * read a close frame, which would wait behind the rest.
   */
  dropOverloaded(): void {
    if (this.isOpen) this.#metrics.count('closed', 1, { code: String(CloseCode.tryAgainLater) });
    this.drop();
  }

  /** Ends the connection without a close frame. */
  drop(): void {
    this.#socket.destroy();
  }

  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    if (code !== CloseCode.normal) this.#metrics.count('closed', 1, { code: String(code) });
    this.#socket.close(code, fitReason(reason));
  }
}
