import { createDecoder, readAny } from 'lib0/decoding';
import { ByteReader } from '../update/byte-reader.ts';
import { crc32, damagedFile, magic } from './document-file.ts';
import { fileLimits } from './file-limits.ts';

/** The fields of a record. They are not validated. */
export type RecordFields = Readonly<Record<string, unknown>>;

/**
 * Decodes a document file record by record while it arrives, in chunks of any size.
 *
 * Each record is checked before its values are created: its size, its checksum, and the number and
 * depth of its values. A file of empty byte arrays would otherwise take a hundred times its size.
 */
export class RecordDecoder {
  #stage: 'magic' | 'length' | 'payload' | 'end' = 'magic';
  /** What is being read, filled up to `#filled`. Chunks are copied: a tiny one would cost an object. */
  #target = new Uint8Array(magic.length);
  #filled = 0;
  #checksum = 0;
  #records = 0;

  /** Yields the records that this chunk completes. Throws a SyntaxError for an invalid file. */
  *decode(chunk: Uint8Array): Generator<RecordFields> {
    for (let at = 0; at < chunk.length;) {
      if (this.#stage === 'end') throw damagedFile('there is data after its end');
      const part = chunk.subarray(at, at + this.#target.length - this.#filled);
      this.#target.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#target.length) return;
      const record = this.#complete();
      if (record !== null) yield record;
    }
  }

  /** Call it after the last chunk. Throws a SyntaxError if the file is incomplete. */
  end(): void {
    if (this.#stage === 'magic') throw notDocumentFile();
    if (this.#stage !== 'end') throw damagedFile('the file is incomplete');
  }

  /** Handles a filled target. Returns the record that it ends; null for none. */
  #complete(): RecordFields | null {
    const bytes = this.#target;
    switch (this.#stage) {
      case 'magic':
        if (!magic.every((byte, i) => bytes[i] === byte)) throw notDocumentFile();
        this.#checksum = crc32(bytes);
        this.#expect('length', 4);
        return null;
      case 'length':
        this.#startRecord(uint32(bytes, 0));
        this.#checksum = crc32(bytes, this.#checksum);
        return null;
      default:
        return this.#endRecord(bytes);
    }
  }

  #startRecord(length: number): void {
    this.#records += 1;
    if (this.#records > fileLimits.records) {
      throw damagedFile(`it has more than ${fileLimits.records} records`);
    }
    if (length > fileLimits.recordBytes) {
      throw damagedFile(`record ${this.#records} is larger than ${fileLimits.recordBytes} bytes`);
    }
    this.#expect('payload', length + 4);
  }

  #endRecord(bytes: Uint8Array): RecordFields | null {
    const payload = bytes.subarray(0, -4);
    this.#checksum = crc32(payload, this.#checksum);
    if (uint32(bytes, payload.length) !== this.#checksum) {
      throw damagedFile(`checksum of record ${this.#records} does not match`);
    }
    const record = decodePayload(payload);
    if (record === null) throw damagedFile(`record ${this.#records} cannot be decoded`);
    this.#expect(record.kind === 'end' ? 'end' : 'length', 4);
    return record.kind === 'end' ? null : record;
  }

  #expect(stage: 'length' | 'payload' | 'end', length: number): void {
    this.#stage = stage;
    this.#target = new Uint8Array(length);
    this.#filled = 0;
  }
}

function notDocumentFile(): SyntaxError {
  return new SyntaxError(
    'Cannot import document: this is not a document file. Choose a file exported by Edgepad.',
  );
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

/** Null for bytes that `encodeRecords` does not write. */
function decodePayload(payload: Uint8Array): RecordFields | null {
  try {
    new PayloadCheck(payload).record();
    return readAny(createDecoder(payload));
  } catch (error) {
    // RangeError: lib0 rejects a value.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** Walks over the encoding of a record, an object of plain values, rows and bytes. */
class PayloadCheck extends ByteReader {
  #values = 0;

  record(): void {
    if (this.bytes[0] !== 118) throw invalidValue();
    this.#value(fileLimits.recordDepth);
    this.expectEnd();
  }

  #value(depth: number): void {
    this.#values += 1;
    if (this.#values > fileLimits.recordValues || depth < 0) throw invalidValue();
    const tag = this.byte();
    if (this.skipPlainValue(tag)) return;
    switch (tag) {
      case 118: // object
        for (let left = this.count(2); left > 0; left--) {
          this.string();
          this.#value(depth - 1);
        }
        return;
      case 117: // array
        for (let left = this.count(1); left > 0; left--) this.#value(depth - 1);
        return;
      default:
        throw invalidValue();
    }
  }
}

function invalidValue(): SyntaxError {
  return new SyntaxError('Cannot read record: invalid value');
}
