import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';

/** What RFC 6455 leaves for the reason beside the code in a close frame. */
const reasonBytes = 123;

/** {@link Connection} over a hibernatable WebSocket and its attachment. */
export class HibernatableConnection implements Connection {
  readonly #socket: WebSocket;
  /** Read once: `deserializeAttachment` at each message costs hundreds of milliseconds under load. */
  #attachment: ConnectionAttachment;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#attachment = socket.deserializeAttachment() as ConnectionAttachment;
  }

  get attachment(): ConnectionAttachment {
    return this.#attachment;
  }

  set attachment(attachment: ConnectionAttachment) {
    this.#attachment = attachment;
    this.#socket.serializeAttachment(attachment);
  }

  /** Whether frames still go through; false from the first close frame of either side. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    if (this.isOpen) this.#socket.close(code, fit(reason));
  }

  /**
   * Answers the other side's close. Without it a browser waits ten seconds and then reports 1006.
   * 1005, 1006 and 1015 are never on the wire and may not be sent.
   */
  answerClose(code: number): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code);
  }
}

function fit(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= reasonBytes) return reason;
  // `stream` keeps back what the cut has left of a character.
  return new TextDecoder().decode(bytes.subarray(0, reasonBytes), { stream: true });
}
