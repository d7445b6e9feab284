import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import type { Metrics } from './metrics.ts';

/** What RFC 6455 leaves for the reason beside the code in a close frame. */
const reasonBytes = 123;

/** {@link Connection} over a WebSocket that ends with this process, and so needs nothing stored. */
export class SocketConnection implements Connection {
  attachment: ConnectionAttachment;
  #heardAt = Date.now();
  readonly #socket: WebSocket;
  readonly #metrics: Metrics;

  constructor(socket: WebSocket, attachment: ConnectionAttachment, metrics: Metrics) {
    this.#socket = socket;
    this.#metrics = metrics;
    this.attachment = attachment;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether frames still go through; false from the first close frame of either side. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** What was sent and still lies in this process, because the client does not read. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** A frame has come. Null for one that is answered here: a ping wakes no document. */
  heard(data: string | ArrayBuffer): string | Uint8Array | null {
    this.#heardAt = Date.now();
    if (data === 'ping') {
      if (this.isOpen) this.#socket.send('pong');
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
    this.#socket.close(code, fit(reason));
  }
}

function fit(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= reasonBytes) return reason;
  // `stream` keeps back what the cut has left of a character.
  return new TextDecoder().decode(bytes.subarray(0, reasonBytes), { stream: true });
}
