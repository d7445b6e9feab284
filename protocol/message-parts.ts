import { joinBlob, splitBlob } from './blob-parts.ts';
import { CloseCode } from './close-codes.ts';
import { limits } from './limits.ts';
import { encodeMessage, type Message } from './messages.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * A long frame as several short ones, each with one `part` message: nothing else on the way has to
 * hold many megabytes at once, and the receiver sees how far it has got. A short frame stays itself.
 */
export function splitFrame(frame: Uint8Array): Uint8Array[] {
  if (frame.length <= limits.partBytes) return [frame];
  return splitBlob(frame, limits.partBytes)
    .map((bytes) => encodeMessage({ type: 'part', total: frame.length, bytes }));
}

/** Puts the parts of long frames together again. One for each direction of a connection. */
export class FrameAssembler {
  readonly #most: number;
  #parts: Uint8Array[] = [];
  #received = 0;
  #total = 0;

  /** `most`: how many bytes a whole frame may have. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How much of a frame under way is here, from 0 to 1; null when none is. */
  get progress(): number | null {
    return this.#total === 0 ? null : this.#received / this.#total;
  }

  /**
   * Takes a part; returns the whole frame with its last one, else null. Throws {@link ProtocolError} when
   * the whole is over the limit (1009), or a part does not fit to those before it (1007).
   */
  add({ total, bytes }: Message & { type: 'part' }): Uint8Array | null {
    if (total > this.#most) {
      throw new ProtocolError(CloseCode.tooBig, `Message over ${this.#most} bytes`);
    }
    if (this.#received > 0 && total !== this.#total) {
      throw new ProtocolError(
        CloseCode.malformed,
        'Cannot join parts: they are of different messages',
      );
    }
    this.#total = total;
    this.#received += bytes.length;
    if (bytes.length === 0 || this.#received > total) {
      throw new ProtocolError(
        CloseCode.malformed,
        'Cannot join parts: their lengths do not add up',
      );
    }
    this.#parts.push(bytes);
    if (this.#received < total) return null;
    const whole = joinBlob(this.#parts);
    this.#parts = [];
    this.#received = this.#total = 0;
    return whole;
  }
}
