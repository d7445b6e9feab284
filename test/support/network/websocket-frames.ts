/** A WebSocket frame, unmasked. */
export interface Frame {
  /** 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Parses the frames in one direction of an uncompressed WebSocket (RFC 6455 section 5.2). */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** Adds bytes and returns the frames that they complete. */
  read(bytes: Uint8Array): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    const bytes = this.#bytes;
    if (bytes.length < 2) return null;
    const short = (bytes[1] ?? 0) & 127;
    const isMasked = ((bytes[1] ?? 0) & 128) !== 0;
    const maskAt = short === 127 ? 10 : short === 126 ? 4 : 2;
    const start = maskAt + (isMasked ? 4 : 0);
    if (bytes.length < start) return null;
    const length = short === 127
      ? Number(bytes.readBigUInt64BE(2))
      : short === 126
      ? bytes.readUInt16BE(2)
      : short;
    if (bytes.length < start + length) return null;
    const payload = Uint8Array.from(bytes.subarray(start, start + length));
    if (isMasked) {
      for (let i = 0; i < length; i++) payload[i]! ^= bytes[maskAt + i % 4]!;
    }
    this.#bytes = bytes.subarray(start + length);
    return { opcode: (bytes[0] ?? 0) & 15, payload };
  }
}

/** Returns a close frame of a server. */
export function closeFrame(code: number, reason: string): Uint8Array {
  const text = Buffer.from(reason);
  return Uint8Array.from([0x88, 2 + text.length, code >> 8, code & 255, ...text]);
}

/** Returns a short binary frame of a server. */
export function binaryFrame(payload: Uint8Array): Uint8Array {
  if (payload.length > 125) throw new RangeError('Cannot write frame: over 125 bytes');
  return Uint8Array.from([0x82, payload.length, ...payload]);
}
