import { limits } from '../../../protocol/limits.ts';
import type { BudgetShare } from '../../http/byte-budget.ts';

/** A frame that violates RFC 6455 or a limit. `code` closes the connection. */
export class FrameError extends Error {
  readonly code: 1002 | 1007 | 1009 | 1013;

  constructor(code: FrameError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** What a client has sent: a whole message, or a control frame. */
export type Received =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'binary' | 'ping' | 'pong'; readonly bytes: Uint8Array }
  /** `code` is null for a close frame without one. */
  | { readonly type: 'close'; readonly code: number | null };

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** Bytes of an incomplete message that are not counted, so that small ones go on beside large ones. */
const freeBytes = 4096;
const maxControlBytes = 125;

/**
 * Decodes the frames of a client (RFC 6455 section 5), without extensions. An incomplete message takes
 * at most twice the memory of what has arrived of it. Beyond 4 KiB that is taken from `share`, and
 * beyond `limits.messageBytes` the message is rejected.
 */
export class FrameDecoder {
  readonly #share: BudgetShare;
  /** The header of the current frame. */
  readonly #header = new Uint8Array(14);
  #headerLength = 0;
  /** The current frame; null while its header is incomplete. */
  #frame: Frame | null = null;
  /** The payload of the message, which may have several frames, up to `#length`. */
  #message = new Uint8Array(0);
  #length = 0;
  #counted = 0;
  #isText = false;
  #isInMessage = false;
  #isDiscarding = false;
  #frameCount = 0;

  constructor(share: BudgetShare) {
    this.#share = share;
  }

  /** Bytes of the incomplete message; null when there is none. */
  get incompleteBytes(): number | null {
    if (this.#isInMessage) return this.#length;
    return this.#headerLength > 0 ? 0 : null;
  }

  /** Frames that have begun, of every kind. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** Drops the incomplete message and what follows. Control frames are still returned. */
  discard(): void {
    this.#isDiscarding = true;
    this.#reset();
  }

  /** Yields what a chunk completes. Throws a {@link FrameError}. */
  *decode(chunk: Uint8Array): Generator<Received> {
    for (let at = 0; at < chunk.length || this.#isFrameComplete;) {
      if (this.#frame === null) at = this.#readHeader(chunk, at);
      if (this.#frame !== null) at = this.#readPayload(this.#frame, chunk, at);
      if (!this.#isFrameComplete) return;
      const received = this.#endFrame();
      if (received !== null) yield received;
    }
  }

  get #isFrameComplete(): boolean {
    return this.#frame !== null && this.#frame.read === this.#frame.length;
  }

  #readHeader(chunk: Uint8Array, start: number): number {
    const header = this.#header;
    let at = start;
    while (at < chunk.length && this.#frame === null) {
      header[this.#headerLength++] = chunk[at++]!; // in bounds
      if (this.#headerLength < headerLength(header, this.#headerLength)) continue;
      this.#startFrame(frameOf(header.subarray(0, this.#headerLength)));
    }
    return at;
  }

  #startFrame(frame: Frame): void {
    this.#frame = frame;
    this.#frameCount += 1;
    const { opcode } = frame;
    if (isControl(opcode)) return;
    if ((opcode === opcodes.continuation) !== this.#isInMessage) {
      throw new FrameError(1002, 'A frame does not continue the message before it');
    }
    if (this.#length + frame.length > limits.messageBytes && !this.#isDiscarding) {
      throw new FrameError(1009, `A message may have at most ${limits.messageBytes} bytes`);
    }
    if (opcode !== opcodes.continuation) this.#isText = opcode === opcodes.text;
    this.#isInMessage = true;
  }

  /** Takes what the chunk has of the payload. Returns where it ends. */
  #readPayload(frame: Frame, chunk: Uint8Array, at: number): number {
    const count = Math.min(chunk.length - at, frame.length - frame.read);
    const isStored = isControl(frame.opcode) || !this.#isDiscarding;
    if (isStored) {
      const target = this.#reserve(frame, count);
      const { mask, read } = frame;
      for (let i = 0; i < count; i++) target[i] = chunk[at + i]! ^ mask[(read + i) & 3]!; // in bounds
    }
    frame.read += count;
    return at + count;
  }

  /** Where the next `count` bytes of a frame go. */
  #reserve(frame: Frame, count: number): Uint8Array {
    if (isControl(frame.opcode)) {
      frame.control ??= new Uint8Array(frame.length);
      return frame.control.subarray(frame.read);
    }
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#message.length) this.#grow(frame.length - frame.read);
    return this.#message.subarray(start);
  }

  /** `expected`: the bytes that are still to come in this frame. */
  #grow(expected: number): void {
    const needed = Math.max(this.#length, 2 * this.#message.length);
    const known = this.#length + expected;
    const size = this.#frame?.isLast ? Math.min(needed, Math.max(this.#length, known)) : needed;
    const counted = size > freeBytes ? size : 0;
    if (!this.#share.take(counted - this.#counted)) {
      throw new FrameError(1013, 'The service receives too much at present. Try again later');
    }
    this.#counted = counted;
    const message = new Uint8Array(size);
    message.set(this.#message);
    this.#message = message;
  }

  #endFrame(): Received | null {
    const { opcode, isLast, control } = this.#frame!; // complete
    this.#frame = null;
    this.#headerLength = 0;
    if (isControl(opcode)) return controlFrame(opcode, control ?? new Uint8Array(0));
    if (!isLast) return null;
    const bytes = this.#message.subarray(0, this.#length);
    const isText = this.#isText;
    this.#reset();
    if (this.#isDiscarding) return null;
    return isText ? { type: 'text', text: textOf(bytes) } : { type: 'binary', bytes };
  }

  #reset(): void {
    this.#message = new Uint8Array(0);
    this.#length = 0;
    this.#counted = 0;
    this.#isInMessage = false;
    this.#share.release();
  }
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly length: number;
  readonly mask: Uint8Array;
  /** Bytes of the payload that have arrived. */
  read: number;
  /** The payload of a control frame. */
  control: Uint8Array | null;
}

function isControl(opcode: number): boolean {
  return opcode >= opcodes.close;
}

/** The length of a frame's header, as far as its first `known` bytes tell. */
function headerLength(header: Uint8Array, known: number): number {
  if (known < 2) return 2;
  const short = header[1]! & 127; // always there
  return 6 + (short === 127 ? 8 : short === 126 ? 2 : 0);
}

/** Throws a {@link FrameError} for a header that is not allowed. */
function frameOf(header: Uint8Array): Frame {
  const [first = 0, second = 0] = header;
  const opcode = first & 15;
  const isLast = (first & 128) !== 0;
  const view = new DataView(header.buffer, header.byteOffset);
  const short = second & 127;
  const length = short === 127
    ? Number(view.getBigUint64(2))
    : short === 126
    ? view.getUint16(2)
    : short;
  const isKnown = Object.values<number>(opcodes).includes(opcode);
  if ((first & 0x70) !== 0 || !isKnown) throw new FrameError(1002, 'A frame has an unknown type');
  if ((second & 128) === 0) throw new FrameError(1002, 'A frame of a client must be masked');
  if (isControl(opcode) && (!isLast || length > maxControlBytes)) {
    throw new FrameError(1002, 'A control frame is too long or in parts');
  }
  return { opcode, isLast, length, mask: header.slice(-4), read: 0, control: null };
}

function controlFrame(opcode: number, bytes: Uint8Array): Received {
  if (opcode !== opcodes.close) return { type: opcode === opcodes.ping ? 'ping' : 'pong', bytes };
  if (bytes.length === 0) return { type: 'close', code: null };
  const code = bytes.length < 2 ? 0 : bytes[0]! << 8 | bytes[1]!; // both are there
  if (!isCloseCode(code)) throw new FrameError(1002, 'A close frame has an invalid code');
  textOf(bytes.subarray(2));
  return { type: 'close', code };
}

/** Whether an endpoint may send a code (RFC 6455 section 7.4). */
function isCloseCode(code: number): boolean {
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code) ||
    code >= 3000 && code <= 4999;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError(1007, 'A text is not UTF-8');
  }
}
