import { joinBytes, splitBytes } from './split-bytes.ts';
import { CloseCode } from './close-codes.ts';
import { encodeMessage, type Message } from './messages.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * Frames to and from clients that speak `edgepad.v1` are split into parts of this size, in bytes. Apart
 * from `limits`, which the editor's first load does not need.
 */
export const partBytes = 256 * 1024;

/**
 * Splits a long frame into several frames with one `part` message each, so that no buffer has to hold
 * many megabytes and the receiver can show progress. Returns a short frame unchanged.
 */
export function splitFrame(frame: Uint8Array): Uint8Array[] {
  if (frame.length <= partBytes) return [frame];
  return splitBytes(frame, partBytes)
    .map((bytes) => encodeMessage({ type: 'part', total: frame.length, bytes }));
}

/** Reassembles the frames of {@link splitFrame}. One instance per direction of a connection. */
export class FrameAssembler {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #received = 0;
  #total = 0;

  /** `maxBytes`: the size limit of a complete frame. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The received fraction of an incomplete frame, from 0 to 1; null when there is none. */
  get progress(): number | null {
    return this.#total === 0 ? null : this.#received / this.#total;
  }

  /**
   * Adds a part. Returns the complete frame after its last part, else null. Throws
   * {@link ProtocolError} for a frame beyond the limit (1009) and for a part that does not fit the
   * previous ones (1007).
   */
  add({ total, bytes }: Message & { type: 'part' }): Uint8Array | null {
    if (total > this.#maxBytes) {
      throw new ProtocolError(CloseCode.tooBig, `Message over ${this.#maxBytes} bytes`);
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
    const whole = joinBytes(this.#parts);
    this.#parts = [];
    this.#received = this.#total = 0;
    return whole;
  }
}
