import { createDecoder, hasContent, readAny } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeAny } from 'lib0/encoding';
import { crc32 } from './crc32.ts';

/** What one frame of a document file says. docs/DOCUMENT-FILE.md has the format. */
export type FileRecord =
  | { readonly kind: 'header'; readonly format: 1; readonly version: number }
  | { readonly kind: 'rows'; readonly table: string; readonly rows: readonly FileRow[] }
  /** A part of an update; the one with `last` ends it. */
  | { readonly kind: 'content'; readonly data: Uint8Array; readonly last: boolean }
  /** Nothing is missing. */
  | { readonly kind: 'end' };

export type FileRow = Readonly<Record<string, string | number | null>>;

/** "edgepad document" and a line feed. */
const magic = Uint8Array.from('edgepad document\n', (letter) => letter.charCodeAt(0));

/** The bytes of a document file, piece by piece. Each frame carries the checksum of all before it. */
export function* encodeRecords(frames: Iterable<FileRecord>): Generator<Uint8Array> {
  // A copy: a stream takes away the memory of what it is given.
  yield magic.slice();
  let sum = crc32(magic);
  for (const frame of frames) {
    const encoder = createEncoder();
    writeAny(encoder, frame as unknown as Parameters<typeof writeAny>[1]);
    const payload = toUint8Array(encoder);
    const piece = new Uint8Array(payload.length + 8);
    const view = new DataView(piece.buffer);
    view.setUint32(0, payload.length);
    piece.set(payload, 4);
    sum = crc32(piece.subarray(0, payload.length + 4), sum);
    view.setUint32(payload.length + 4, sum);
    yield piece;
  }
}

/**
 * The frames of a document file, `end` left out. Throws a SyntaxError with a sentence for a file that
 * is cut off, damaged, or none of ours. What stands in the frames is not looked at.
 */
export function* decodeRecords(file: Uint8Array): Generator<Record<string, unknown>> {
  if (!magic.every((byte, i) => file[i] === byte)) {
    throw new SyntaxError('This is no document file');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let sum = crc32(magic);
  let at = magic.length;
  for (;;) {
    if (at + 8 > file.length) throw new SyntaxError('This file is not whole: its end is missing');
    const end = at + 4 + view.getUint32(at);
    if (end + 4 > file.length) throw new SyntaxError('This file is not whole: its end is missing');
    sum = crc32(file.subarray(at, end), sum);
    if (view.getUint32(end) !== sum) {
      throw new SyntaxError('This file is damaged: a checksum differs');
    }
    const frame = readFrame(file.subarray(at + 4, end));
    at = end + 4;
    if (frame.kind === 'end') break;
    yield frame;
  }
  if (at < file.length) {
    throw new SyntaxError('This file is damaged: something stands after its end');
  }
}

function readFrame(payload: Uint8Array): Record<string, unknown> {
  const decoder = createDecoder(payload);
  try {
    const frame: unknown = readAny(decoder);
    if (isRecord(frame) && !hasContent(decoder)) return frame;
  } catch {
    // Whatever lib0 throws, also a stack overflow: the checksum was right, so somebody made it so.
  }
  throw new SyntaxError('This file is damaged: a frame cannot be read');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}
