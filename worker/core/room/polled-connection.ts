import { joinBlob } from '../../../protocol/blob-parts.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Closure, Connection, ConnectionAttachment } from '../connection.ts';

/**
 * A client without a socket. Each of its HTTP requests brings what it sends, and takes away what
 * waits for it; between two of them it is as connected as anybody. It speaks `edgepad.v1`.
 */
export class PolledConnection implements Connection {
  attachment: ConnectionAttachment;
  heardAt: number;
  /** A client at rest asks each eight seconds, and its request takes a moment. */
  readonly restsFor = 10_000;
  /** Whether a request is being answered: then what is sent leaves with it, however much. */
  isServed = false;
  #waitingBytes = 0;
  #waiting: Uint8Array[] = [];
  #ending: Closure | null = null;

  readonly #overflowed: () => void;

  /** `overflowed`: it has ended itself, in the middle of a `send`. */
  constructor(attachment: ConnectionAttachment, now: number, overflowed: () => void) {
    this.attachment = attachment;
    this.heardAt = now;
    this.#overflowed = overflowed;
  }

  get isOpen(): boolean {
    return this.#ending === null;
  }

  get ending(): Closure | null {
    return this.#ending;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    // It lies in our memory; the answer to a question, too, when the question had to wait.
    if (this.isServed || this.#waitingBytes <= limits.unconfirmedBytes) return;
    this.close(CloseCode.tryAgainLater, 'Too much waits for you: come back for it');
    this.#overflowed();
  }

  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    this.#ending = { code, reason };
    // Nobody collects it before the session is over, or ever.
    if (!this.isServed) this.collect();
  }

  /** All that waits for the client, as one frame: frames of this dialect may stand one after the other. */
  collect(): Uint8Array {
    const frame = joinBlob(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return frame;
  }
}
