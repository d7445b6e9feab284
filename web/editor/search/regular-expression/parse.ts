/** The syntax tree of a regular expression. */
export type Expression =
  | { readonly type: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly type: 'assertion'; readonly kind: AssertionKind }
  | { readonly type: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly type: 'choice'; readonly options: readonly Expression[] }
  | {
    readonly type: 'repeat';
    readonly of: Expression;
    readonly min: number;
    /** `Infinity` for no limit. */
    readonly max: number;
    readonly isGreedy: boolean;
  };

export type AssertionKind = 'line-start' | 'line-end' | 'boundary' | 'no-boundary';

const assertions: ReadonlyMap<string, AssertionKind> = new Map([
  ['^', 'line-start'],
  ['$', 'line-end'],
  ['\\b', 'boundary'],
  ['\\B', 'no-boundary'],
]);

/** In UTF-16 code units. Bounds the depth of groups. */
const maxPattern = 1000;

/** One token of a valid pattern with the flag `u`. */
const token =
  /\\(?:u\{[0-9a-f]+\}|ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|u[0-9a-f]{4}|x[0-9a-f]{2}|c[a-z]|[pP]\{[^}]*\}|k<[^>]*>|\d+|.)|\[(?:\\.|[^\\\]])*\]|\(\?(?:<?[=!]|:|<[^>]*>|[a-z-]*:)|(?:[*+?]|\{\d+(?:,\d*)?\})\??|[^]/giuy;

/**
 * Parses a regular expression of JavaScript with the flag `u`. Throws a `SyntaxError` for an invalid
 * one, and for look-around and back-references, which cannot be matched in linear time.
 */
export function parse(pattern: string, flags: 'u' | 'iu'): Expression {
  if (pattern.length > maxPattern) throw new SyntaxError('It is too long');
  // The browser's parser decides what is valid. Its message names the fault.
  new RegExp(pattern, flags);
  return new Parser(pattern, flags).parse();
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #flags: string;
  #next = 0;

  constructor(pattern: string, flags: string) {
    this.#tokens = pattern.match(token) ?? [];
    this.#flags = flags;
  }

  parse(): Expression {
    const options = [this.#sequence()];
    while (this.#accept('|')) options.push(this.#sequence());
    return options.length === 1 && options[0] ? options[0] : { type: 'choice', options };
  }

  #accept(expected: string): boolean {
    if (this.#tokens[this.#next] !== expected) return false;
    this.#next++;
    return true;
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    for (;;) {
      const next = this.#tokens[this.#next];
      if (next === undefined || next === '|' || next === ')') return { type: 'sequence', parts };
      this.#next++;
      parts.push(this.#quantified(this.#atom(next)));
    }
  }

  #quantified(of: Expression): Expression {
    const next = this.#tokens[this.#next] ?? '';
    const quantifier = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)$/.exec(next);
    if (!quantifier) return of;
    this.#next++;
    const [, sign, from, comma, to, lazy] = quantifier;
    const min = from === undefined ? Number(sign === '+') : Number(from);
    const isOpen = from === undefined ? sign !== '?' : comma !== '' && to === '';
    const end = from === undefined ? 1 : Number(comma === '' ? from : to);
    return { type: 'repeat', of, min, max: isOpen ? Infinity : end, isGreedy: lazy === '' };
  }

  #atom(text: string): Expression {
    const kind = assertions.get(text);
    if (kind) return { type: 'assertion', kind };
    if (text.startsWith('(')) return this.#group(text);
    if (/^\\(?:[1-9]|k)/.test(text)) throw unsupported('Back-references are');
    // One character at a time, so that this expression of the browser cannot take long.
    const single = new RegExp(`^(?:${text})$`, this.#flags);
    const known = new Map<number, boolean>();
    const ascii = Array.from({ length: 128 }, (_, code) => single.test(String.fromCharCode(code)));
    const matches = (codePoint: number) => {
      let matched = ascii[codePoint] ?? known.get(codePoint);
      if (matched === undefined) {
        matched = single.test(String.fromCodePoint(codePoint));
        known.set(codePoint, matched);
      }
      return matched;
    };
    return { type: 'character', matches };
  }

  #group(text: string): Expression {
    if (/^\(\?<?[=!]/.test(text)) throw unsupported('Look-ahead and look-behind are');
    if (/^\(\?[a-z-]+:/i.test(text)) throw unsupported('Flags in a group are');
    const inner = this.parse();
    this.#accept(')');
    return inner;
  }
}

function unsupported(what: string): SyntaxError {
  return new SyntaxError(`${what} not supported`);
}
