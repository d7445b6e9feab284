import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';

/** `JSON.parse` creates an own property of this name. Assigning to it sets the prototype. */
export const prototypeKey = '__proto__';
/** An object with an own property of this name cannot be converted to text, which XML types do. */
export const textKey = 'toString';

type ForbiddenKey = typeof prototypeKey | typeof textKey;

/**
 * Checks that a range of UTF-8 is what `JSON.parse` accepts, without creating the value.
 *
 * `JSON.parse` would be shorter, but an update of 8 MiB may hold millions of values: they would take
 * hundreds of megabytes, and twenty times as long to check. It would also drop the first of two equal
 * keys unchecked.
 *
 * Throws a SyntaxError for invalid JSON, and a ProtocolError for the forbidden key, in whatever escapes,
 * and for more than `limits.jsonDepth` levels.
 */
export function checkJson(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  forbiddenKey: ForbiddenKey = prototypeKey,
): void {
  new JsonCheck(bytes, start, end, forbiddenKey).document();
}

export function forbiddenKeyError(key: ForbiddenKey): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, `The key ${key} is not allowed here`);
}

export function tooDeepError(): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, 'A value is nested too deeply');
}

const char = (text: string): number => text.charCodeAt(0);
const [quote, backslash, minus, zero] = [char('"'), char('\\'), char('-'), char('0')];
const [openArray, closeArray] = [char('['), char(']')];
const [openObject, closeObject] = [char('{'), char('}')];
const [comma, colon] = [char(','), char(':')];
const endOfText = -1;

class JsonCheck {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #forbiddenKey: ForbiddenKey;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, forbiddenKey: ForbiddenKey) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#forbiddenKey = forbiddenKey;
  }

  document(): void {
    this.#value(0);
    if (this.#skipSpace() !== endOfText) throw invalidJson();
  }

  #value(depth: number): void {
    const first = this.#skipSpace();
    if (first === quote) this.#string();
    else if (first === openArray) this.#array(depth + 1);
    else if (first === openObject) this.#object(depth + 1);
    else if (first === char('t')) this.#literal('true');
    else if (first === char('f')) this.#literal('false');
    else if (first === char('n')) this.#literal('null');
    else this.#number();
  }

  #array(depth: number): void {
    this.#open(depth);
    if (this.#accept(closeArray)) return;
    do this.#value(depth); while (this.#accept(comma));
    if (!this.#accept(closeArray)) throw invalidJson();
  }

  #object(depth: number): void {
    this.#open(depth);
    if (this.#accept(closeObject)) return;
    do {
      if (this.#skipSpace() !== quote) throw invalidJson();
      if (this.#string()) throw forbiddenKeyError(this.#forbiddenKey);
      if (!this.#accept(colon)) throw invalidJson();
      this.#value(depth);
    } while (this.#accept(comma));
    if (!this.#accept(closeObject)) throw invalidJson();
  }

  #open(depth: number): void {
    if (depth > limits.jsonDepth) throw tooDeepError();
    this.#at++;
  }

  /** Reads a string. Returns whether it is the forbidden key. */
  #string(): boolean {
    this.#at++;
    // The count of characters that match, or -1 once one does not.
    for (let matched = 0;;) {
      let next = this.#next();
      if (next === quote) return matched === this.#forbiddenKey.length;
      if (next < 0x20) throw invalidJson();
      if (next === backslash) next = this.#escape();
      matched = matched >= 0 && next === this.#forbiddenKey.charCodeAt(matched) ? matched + 1 : -1;
    }
  }

  /** Reads the rest of an escape. Returns its code unit, or `endOfText` for one not in the key. */
  #escape(): number {
    const letter = this.#next();
    if (letter !== char('u')) {
      if ('"\\/bfnrt'.includes(String.fromCharCode(letter))) return endOfText;
      throw invalidJson();
    }
    let code = 0;
    for (let digits = 0; digits < 4; digits++) {
      const digit = '0123456789abcdef'.indexOf(String.fromCharCode(this.#next()).toLowerCase());
      if (digit < 0) throw invalidJson();
      code = code * 16 + digit;
    }
    return code;
  }

  #literal(literal: string): void {
    for (let i = 0; i < literal.length; i++) {
      if (this.#next() !== literal.charCodeAt(i)) throw invalidJson();
    }
  }

  #number(): void {
    if (this.#current() === minus) this.#at++;
    if (this.#current() === zero) this.#at++;
    else this.#digits();
    if (this.#current() === char('.')) {
      this.#at++;
      this.#digits();
    }
    if ((this.#current() | 0x20) === char('e')) {
      this.#at++;
      if (this.#current() === char('+') || this.#current() === minus) this.#at++;
      this.#digits();
    }
  }

  #digits(): void {
    const start = this.#at;
    while (this.#current() >= zero && this.#current() <= char('9')) this.#at++;
    if (this.#at === start) throw invalidJson();
  }

  /** Skips white space and returns the byte after it, which is not consumed. */
  #skipSpace(): number {
    for (;; this.#at++) {
      const byte = this.#current();
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
  }

  #accept(byte: number): boolean {
    if (this.#skipSpace() !== byte) return false;
    this.#at++;
    return true;
  }

  #next(): number {
    const byte = this.#current();
    if (byte === endOfText) throw invalidJson();
    this.#at++;
    return byte;
  }

  #current(): number {
    return this.#at < this.#end ? this.#bytes[this.#at]! : endOfText; // `end` is within the bytes
  }
}

function invalidJson(): SyntaxError {
  return new SyntaxError('Cannot read: a value is not JSON');
}
