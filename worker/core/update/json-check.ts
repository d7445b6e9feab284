import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';

/** A key that JSON.parse keeps and an assignment takes for the prototype. */
export const prototypeName = '__proto__';

/**
 * Checks that a range of bytes is what `JSON.parse` takes, without the object `JSON.parse` makes:
 * an update may hold a million values of one byte each. The bytes must be UTF-8.
 *
 * Throws a SyntaxError when they are not JSON, a Refusal when they hold the key `__proto__` (however
 * it is escaped) or nest deeper than `limits.jsonDepth`.
 */
export function checkJson(bytes: Uint8Array, start: number, end: number): void {
  new JsonCheck(bytes, start, end).document();
}

const char = (text: string): number => text.charCodeAt(0);
const [quote, backslash, minus, zero] = [char('"'), char('\\'), char('-'), char('0')];
const [openArray, closeArray, openObject, closeObject] = [
  char('['),
  char(']'),
  char('{'),
  char('}'),
];
const [comma, colon] = [char(','), char(':')];
const nothing = -1;

class JsonCheck {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  document(): void {
    this.#value(0);
    if (this.#peek() !== nothing) throw notJson();
  }

  #value(depth: number): void {
    const first = this.#peek();
    if (first === quote) this.#string();
    else if (first === openArray) this.#array(depth + 1);
    else if (first === openObject) this.#object(depth + 1);
    else if (first === char('t')) this.#word('true');
    else if (first === char('f')) this.#word('false');
    else if (first === char('n')) this.#word('null');
    else this.#number();
  }

  #array(depth: number): void {
    this.#open(depth);
    if (this.#accept(closeArray)) return;
    do this.#value(depth); while (this.#accept(comma));
    if (!this.#accept(closeArray)) throw notJson();
  }

  #object(depth: number): void {
    this.#open(depth);
    if (this.#accept(closeObject)) return;
    do {
      if (this.#peek() !== quote) throw notJson();
      if (this.#string()) throw forbidden(`No key may be ${prototypeName}`);
      if (!this.#accept(colon)) throw notJson();
      this.#value(depth);
    } while (this.#accept(comma));
    if (!this.#accept(closeObject)) throw notJson();
  }

  #open(depth: number): void {
    if (depth > limits.jsonDepth) throw forbidden('A value is nested too deeply');
    this.#at++;
  }

  /** Passes a string; whether it is the forbidden key. */
  #string(): boolean {
    this.#at++;
    for (let same = 0;;) {
      let next = this.#next();
      if (next === quote) return same === prototypeName.length;
      if (next < 0x20) throw notJson();
      if (next === backslash) next = this.#escape();
      same = same >= 0 && next === prototypeName.charCodeAt(same) ? same + 1 : -1;
    }
  }

  #escape(): number {
    const letter = this.#next();
    if (letter !== char('u')) {
      if ('"\\/bfnrt'.includes(String.fromCharCode(letter))) return nothing; // no letter of the key
      throw notJson();
    }
    let code = 0;
    for (let digits = 0; digits < 4; digits++) {
      const digit = '0123456789abcdef'.indexOf(String.fromCharCode(this.#next()).toLowerCase());
      if (digit < 0) throw notJson();
      code = code * 16 + digit;
    }
    return code;
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#next() !== word.charCodeAt(i)) throw notJson();
    }
  }

  #number(): void {
    if (this.#here() === minus) this.#at++;
    if (this.#here() === zero) this.#at++;
    else this.#digits();
    if (this.#here() === char('.')) {
      this.#at++;
      this.#digits();
    }
    if ((this.#here() | 0x20) === char('e')) {
      this.#at++;
      if (this.#here() === char('+') || this.#here() === minus) this.#at++;
      this.#digits();
    }
  }

  #digits(): void {
    const start = this.#at;
    while (this.#here() >= zero && this.#here() <= char('9')) this.#at++;
    if (this.#at === start) throw notJson();
  }

  /** The next byte behind white space, not passed. */
  #peek(): number {
    for (;; this.#at++) {
      const here = this.#here();
      if (here !== 0x20 && here !== 0x0a && here !== 0x0d && here !== 0x09) return here;
    }
  }

  #accept(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at++;
    return true;
  }

  #next(): number {
    const here = this.#here();
    if (here === nothing) throw notJson();
    this.#at++;
    return here;
  }

  #here(): number {
    return this.#at < this.#end ? this.#bytes[this.#at]! : nothing; // `end` is within the bytes
  }
}

function notJson(): SyntaxError {
  return new SyntaxError('Cannot read: a value is not JSON');
}

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
