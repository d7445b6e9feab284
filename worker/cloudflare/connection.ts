import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { fitReason } from '../http/upgrade.ts';

/** What lies in a socket's attachment. */
interface Kept {
  readonly attachment: ConnectionAttachment;
  /** Of the last frame before this was written. */
  readonly framedAt: number;
}

/** {@link Connection} over a hibernatable WebSocket and its attachment. */
export class HibernatableConnection implements Connection {
  readonly #socket: WebSocket;
  readonly #pingedAt: () => number | undefined;
  /** Read once: `deserializeAttachment` at each message costs hundreds of milliseconds under load. */
  #attachment: ConnectionAttachment;
  #framedAt: number;

  /** Gives a socket that was just accepted its first attachment. */
  static prepare(socket: WebSocket, attachment: ConnectionAttachment): void {
    socket.serializeAttachment({ attachment, framedAt: Date.now() } satisfies Kept);
  }

  /** `pingedAt` tells when the platform last answered a ping of this socket. */
  constructor(socket: WebSocket, pingedAt: () => number | undefined) {
    this.#socket = socket;
    this.#pingedAt = pingedAt;
    ({ attachment: this.#attachment, framedAt: this.#framedAt } = socket
      .deserializeAttachment() as Kept);
  }

  get attachment(): ConnectionAttachment {
    return this.#attachment;
  }

  set attachment(attachment: ConnectionAttachment) {
    this.#attachment = attachment;
    this.#socket.serializeAttachment({ attachment, framedAt: this.#framedAt } satisfies Kept);
  }

  /** After a wake perhaps a little old: frames without awareness are not written down. */
  get lastSeenAt(): number {
    return Math.max(this.#framedAt, this.#pingedAt() ?? 0);
  }

  /** A frame has come from this client. */
  heard(): void {
    this.#framedAt = Date.now();
  }

  /** Whether frames still go through; false from the first close frame of either side. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    if (this.isOpen) this.#socket.close(code, fitReason(reason));
  }

  /** Answers the other side's close. Without it a browser waits ten seconds and then reports 1006. */
  answerClose(code: number): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(mayBeSent(code) ? code : 1000);
  }
}

/**
 * Whether a close frame may carry this code. The platform hands on whatever a client wrote, also
 * nonsense, and throws where it is asked to send that; 1005, 1006 and 1015 are never on the wire.
 */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999);
}
