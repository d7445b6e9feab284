import { createEncoder, toUint8Array, writeAny } from 'lib0/encoding';

/** One record of a document file. docs/DOCUMENT-FILE.md specifies the format. */
export type FileRecord =
  | { readonly kind: 'header'; readonly format: 1; readonly version: number }
  | { readonly kind: 'rows'; readonly table: string; readonly rows: readonly FileRow[] }
  /** A part of an update. `last` marks its last part. */
  | { readonly kind: 'content'; readonly data: Uint8Array; readonly last: boolean }
  /** The last record of a complete file. */
  | { readonly kind: 'end' };

export type FileRow = Readonly<Record<string, string | number | null>>;

/** The first bytes of a file. */
export const magic = Uint8Array.from('edgepad document\n', (letter) => letter.charCodeAt(0));

/** Yields the bytes of a document file. Each record ends with the checksum of all bytes before it. */
export function* encodeRecords(records: Iterable<FileRecord>): Generator<Uint8Array> {
  // A copy: a consumer such as a byte stream may transfer the buffer.
  yield magic.slice();
  let checksum = crc32(magic);
  for (const record of records) {
    const encoder = createEncoder();
    // lib0 types the argument as less than it encodes.
    writeAny(encoder, record as unknown as Parameters<typeof writeAny>[1]);
    const payload = toUint8Array(encoder);
    const bytes = new Uint8Array(payload.length + 8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, payload.length);
    bytes.set(payload, 4);
    checksum = crc32(bytes.subarray(0, payload.length + 4), checksum);
    view.setUint32(payload.length + 4, checksum);
    yield bytes;
  }
}

export function damagedFile(cause: string): SyntaxError {
  return new SyntaxError(`Cannot import document: ${cause}. Export it again.`);
}

export function newerFile(cause: string): SyntaxError {
  return new SyntaxError(
    `Cannot import document: ${cause}. The file is from a newer version: update this service.`,
  );
}

/**
 * The CRC-32 of zip and PNG. `before` is that of the preceding bytes. It detects accidents, not
 * manipulation.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (const byte of bytes) value = crcTable[(value ^ byte) & 255]! ^ value >>> 8; // 256 entries
  return ~value >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ value >>> 1 : value >>> 1;
  return value;
});
