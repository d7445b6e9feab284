import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import { fitReason } from '../http/upgrade.ts';

/** The attachment of a socket, which survives hibernation. */
interface StoredAttachment {
  readonly attachment: ConnectionAttachment;
  /** When the last frame before this write came, in milliseconds since the epoch. */
  readonly framedAt: number;
}

/** {@link Connection} over a hibernatable WebSocket. */
export class HibernatableConnection implements Connection {
  readonly #socket: WebSocket;
  readonly #pingedAt: () => number | undefined;
  /** Read once: under load `deserializeAttachment` for each message takes hundreds of milliseconds. */
  #attachment: ConnectionAttachment;
  #framedAt: number;

  /** Stores the first attachment of an accepted socket. */
  static prepare(socket: WebSocket, attachment: ConnectionAttachment): void {
    socket.serializeAttachment(
      { attachment, framedAt: Date.now() } satisfies StoredAttachment,
    );
  }

  /** `pingedAt` returns when the platform last answered a ping of this socket. */
  constructor(socket: WebSocket, pingedAt: () => number | undefined) {
    this.#socket = socket;
    this.#pingedAt = pingedAt;
    ({ attachment: this.#attachment, framedAt: this.#framedAt } = socket
      .deserializeAttachment() as StoredAttachment);
  }

  get attachment(): ConnectionAttachment {
    return this.#attachment;
  }

  set attachment(attachment: ConnectionAttachment) {
    this.#attachment = attachment;
    this.#socket.serializeAttachment(
      { attachment, framedAt: this.#framedAt } satisfies StoredAttachment,
    );
  }

  /** Too early after a wake if later frames changed no attachment: only a change stores the time. */
  get lastSeenAt(): number {
    return Math.max(this.#framedAt, this.#pingedAt() ?? 0);
  }

  /** Notes that a frame has come. */
  noteFrame(): void {
    this.#framedAt = Date.now();
  }

  /** Whether frames can be sent; false as soon as either side has sent a close frame. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame);
  }

  close(code: CloseCode, reason: string): void {
    if (this.isOpen) this.#socket.close(code, fitReason(reason));
  }

  /** Answers the client's close frame. Otherwise a browser waits ten seconds and reports 1006. */
  answerClose(code: number): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(canSendCode(code) ? code : 1000);
  }
}

/**
 * Whether a close frame may have this code (RFC 6455 section 7.4). The platform passes on any code of
 * a client, but throws when an invalid one is sent; 1005, 1006 and 1015 are never sent.
 */
function canSendCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
    (code >= 3000 && code <= 4999);
}
