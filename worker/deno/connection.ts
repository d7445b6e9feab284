import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { fitReason } from '../http/close-reason.ts';
import type { Metrics } from './metrics.ts';

/** Nothing more is on its way from a client that was silent for so long, in milliseconds. */
const silence = 30;
/** How long a client may go on before it is closed all the same, in milliseconds. */
const longestFarewell = 1000;

/** {@link Connection} over a WebSocket that ends with this process, and so needs nothing stored. */
export class SocketConnection implements Connection {
  attachment: ConnectionAttachment;
  #heardAt = Date.now();
  readonly #socket: WebSocket;
  readonly #metrics: Metrics;
  #isClosing = false;

  constructor(socket: WebSocket, attachment: ConnectionAttachment, metrics: Metrics) {
    this.#socket = socket;
    this.#metrics = metrics;
    this.attachment = attachment;
  }

  get lastSeenAt(): number {
    return this.#heardAt;
  }

  /** Whether frames still go through; false from the first close frame of either side. */
  get isOpen(): boolean {
    return !this.#isClosing && this.#socket.readyState === WebSocket.OPEN;
  }

  /** What was sent and still lies in this process, because the client does not read. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** A frame has come. Null for one that goes no further: a ping is answered here. */
  heard(data: string | ArrayBuffer): string | Uint8Array | null {
    this.#heardAt = Date.now();
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
  }

  /** The handshake may never end: of one who does not answer, the network tells in the end. */
  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    if (code !== CloseCode.normal) this.#metrics.count('closed', 1, { code: String(code) });
    this.#isClosing = true;
    this.#closeInSilence(code, fitReason(reason), Date.now() + longestFarewell);
  }

  /**
   * Deno drops a connection on which something arrives after its own close frame, and with that the
   * frame, often before the client has read it. So a client in the middle of a flood is heard out.
   */
  #closeInSilence(code: CloseCode, reason: string, latest: number): void {
    const now = Date.now();
    const wait = Math.min(this.#heardAt + silence, latest) - now;
    if (wait > 0) setTimeout(() => this.#closeInSilence(code, reason, latest), wait);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason);
  }
}
