import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from './connection.ts';

/** How a connection was ended. */
export interface Ending {
  readonly code: CloseCode;
  /** A sentence. */
  readonly reason: string;
}

/**
 * A client without a socket. Each of its HTTP requests brings what it sends, and takes away what
 * waits for it; between two of them it is as connected as anybody. It speaks `edgepad.v1`.
 */
export class PolledConnection implements Connection {
  attachment: ConnectionAttachment;
  heardAt: number;
  #waiting: Uint8Array[] = [];
  #ending: Ending | null = null;

  constructor(attachment: ConnectionAttachment, now: number) {
    this.attachment = attachment;
    this.heardAt = now;
  }

  get isOpen(): boolean {
    return this.#ending === null;
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  send(frame: Uint8Array): void {
    if (this.isOpen) this.#waiting.push(frame);
  }

  close(code: CloseCode, reason: string): void {
    this.#ending ??= { code, reason };
  }

  /** All that waits for the client, as one frame: frames of this dialect may stand one after the other. */
  collect(): Uint8Array {
    const frame = new Uint8Array(this.#waiting.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#waiting) {
      frame.set(part, at);
      at += part.length;
    }
    this.#waiting = [];
    return frame;
  }
}
