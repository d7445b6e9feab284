/**
 * Reads the primitives of lib0's encoding from untrusted bytes, each only in the one form lib0
 * writes. lib0's own readers take an integer in many forms and past 2^53, so two readers of the
 * same bytes could see two documents.
 *
 * Every method throws a SyntaxError on bytes nobody honest wrote, and never allocates by a number
 * it has read.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** The next byte to read. */
  position = 0;
  /** Where the string that {@link text} read last begins; it ends at `position`. */
  textStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new SyntaxError('Cannot read: the bytes end too early');
    this.position++;
    return byte;
  }

  /** An unsigned integer below 2^53, in its shortest form. */
  varUint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#moreDigits(first & 0x7f, 0x80);
  }

  /** A signed integer above -2^53 and below 2^53, in its shortest form; its value is not wanted. */
  skipVarInt(): void {
    const first = this.byte();
    if (first >= 0x80) this.#moreDigits(first & 0x3f, 0x40);
  }

  /**
   * How many of something follow, each at least so many bytes long. More than the rest of the
   * bytes can hold is a lie, and is not believed for the length of an allocation.
   */
  count(leastBytes: number): number {
    const count = this.varUint();
    if (count * leastBytes > this.bytes.length - this.position) {
      throw new SyntaxError('Cannot read: a count is larger than the bytes that follow');
    }
    return count;
  }

  skip(length: number): void {
    if (length > this.bytes.length - this.position) {
      throw new SyntaxError('Cannot read: the bytes end too early');
    }
    this.position += length;
  }

  /** A string, in valid UTF-8. Gives its length as JavaScript, and so Yjs, counts it: in UTF-16. */
  text(): number {
    const length = this.count(1);
    this.textStart = this.position;
    this.position += length;
    return utf16Length(this.bytes, this.textStart, this.position);
  }

  end(): void {
    if (this.position !== this.bytes.length) {
      throw new SyntaxError('Cannot read: bytes are left over at the end');
    }
  }

  #moreDigits(value: number, factor: number): number {
    // The eighth byte counts 2^49s, or 2^48s of a signed one: a ninth would be past 2^53.
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

function utf16Length(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; length++) {
    const lead = bytes[at++]!; // `at < end`, and `end` is within the bytes
    if (lead < 0x80) continue;
    // The well-formed sequences of Unicode, table 3-7. What a TextDecoder refuses must be refused
    // here, or what is stored would throw in every reader.
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
      if (lead === 0xf0) low = 0x90;
      if (lead === 0xf4) high = 0x8f; // nothing past U+10FFFF
      length++; // a pair of surrogates
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
