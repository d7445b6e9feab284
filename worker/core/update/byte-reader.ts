/**
 * Reads the primitives of lib0's encoding from untrusted bytes.
 *
 * It accepts each value only in the form that lib0 writes. lib0's own decoders accept an integer in
 * several forms and beyond 2^53, so two decoders could read two documents from the same bytes.
 *
 * Every method throws a SyntaxError on bytes that lib0 does not write. None allocates memory by a
 * number it has read.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Index of the next byte to read. */
  position = 0;
  /** Start of the string that {@link string} read last. The string ends at `position`. */
  stringStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new SyntaxError('Cannot read: unexpected end of data');
    this.position++;
    return byte;
  }

  /** Reads an unsigned integer below 2^53, in its shortest form. */
  varUint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#continueInteger(first & 0x7f, 0x80);
  }

  /** Skips a signed integer between -2^53 and 2^53, in its shortest form. */
  skipVarInt(): void {
    const first = this.byte();
    if (first >= 0x80) this.#continueInteger(first & 0x3f, 0x40);
  }

  /**
   * Reads the count of the elements that follow, each at least `minBytes` long. Throws when the
   * remaining bytes cannot hold them.
   */
  count(minBytes: number): number {
    const count = this.varUint();
    if (count * minBytes > this.bytes.length - this.position) {
      throw new SyntaxError('Cannot read: a count exceeds the remaining data');
    }
    return count;
  }

  skip(length: number): void {
    if (length > this.bytes.length - this.position) {
      throw new SyntaxError('Cannot read: unexpected end of data');
    }
    this.position += length;
  }

  /**
   * Skips a value of lib0's `writeAny` whose tag was just read. Returns false, and skips nothing, for
   * an array, an object, `undefined`, a bigint and unknown tags.
   */
  skipPlainValue(tag: number): boolean {
    switch (tag) {
      case 126: // null
      case 121: // false
      case 120: // true
        return true;
      case 125: // integer
        this.skipVarInt();
        return true;
      case 124: // float32
        this.skip(4);
        return true;
      case 123: // float64
        this.skip(8);
        return true;
      case 119: // string
        this.string();
        return true;
      case 116: // Uint8Array
        this.skip(this.varUint());
        return true;
      default:
        return false;
    }
  }

  /** Reads a string in valid UTF-8 and returns its length in UTF-16 code units, as Yjs counts it. */
  string(): number {
    const length = this.count(1);
    this.stringStart = this.position;
    this.position += length;
    return utf16Length(this.bytes, this.stringStart, this.position);
  }

  /** A range of the bytes as text that is not decoded: a character for each byte. */
  bytesAsText(start: number, end: number): string {
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(this.bytes[at]!); // in bounds
    return text;
  }

  expectEnd(): void {
    if (this.position !== this.bytes.length) {
      throw new SyntaxError('Cannot read: unexpected data at the end');
    }
  }

  #continueInteger(value: number, factor: number): number {
    // The eighth byte starts at bit 49, or 48 of a signed integer. A ninth would exceed 2^53.
    for (let digits = 1; digits < 8; digits++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
      if (byte < 0x80) {
        if (byte === 0) {
          throw new SyntaxError('Cannot read: an integer is not in its shortest form');
        }
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new SyntaxError('Cannot read: an integer is too large');
  }
}

/**
 * Counts the UTF-16 code units of a range of UTF-8. Throws on each sequence that is ill-formed by
 * table 3-7 of the Unicode standard: a fatal TextDecoder would throw on it in every client.
 */
function utf16Length(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; length++) {
    const lead = bytes[at++]!; // `at < end`, and `end` is within the bytes
    if (lead < 0x80) continue;
    let low = 0x80;
    let high = 0xbf;
    let more: number;
    if (lead >= 0xc2 && lead <= 0xdf) more = 1;
    else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead === 0xe0) low = 0xa0; // no overlong forms
      if (lead === 0xed) high = 0x9f; // no surrogates
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead === 0xf0) low = 0x90; // no overlong forms
      if (lead === 0xf4) high = 0x8f; // nothing above U+10FFFF
      length++; // a surrogate pair
    } else throw new SyntaxError('Cannot read: a string is not UTF-8');
    for (const last = at + more; at < last; at++) {
      const byte = at < end ? bytes[at]! : 0;
      if (byte < low || byte > high) throw new SyntaxError('Cannot read: a string is not UTF-8');
      low = 0x80;
      high = 0xbf;
    }
  }
  return length;
}
