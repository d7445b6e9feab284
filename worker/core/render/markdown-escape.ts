/** Where a piece of text stands: block signs count at the start of a line, spaces at both ends. */
export interface Place {
  readonly startsLine: boolean;
  readonly endsLine: boolean;
  /** Write the first, or last, character as a reference, so that it counts as punctuation. */
  readonly encodeFirst: boolean;
  readonly encodeLast: boolean;
}

/** Signs that mean something anywhere in a line. `_` does not within a word, nor `&` alone. */
const signs = /[\\`*[\]<~|]|_|&(?=#?\w+;)|!$/g;

const wordCharacter = /[\p{L}\p{N}]/u;

/** Text as CommonMark (with tables, strike and tasks of GFM) that reads back as this very text. */
export function escapeMarkdown(text: string, place: Place): string {
  // Two units hold any one character.
  const [head = ''] = Array.from(text.slice(0, 2));
  const encodesHead = place.encodeFirst || place.startsLine && isSpace(head);
  const rest = encodesHead ? text.slice(head.length) : text;
  const tail = Array.from(rest.slice(-2)).at(-1) ?? '';
  const encodesTail = place.encodeLast || place.endsLine && isSpace(tail);
  const middle = encodesTail ? rest.slice(0, rest.length - tail.length) : rest;
  const escaped = middle.replace(signs, (sign, at: number) => {
    const isInWord = sign === '_' && wordCharacter.test(middle[at - 1] ?? '') &&
      wordCharacter.test(middle[at + 1] ?? '');
    return isInWord ? sign : `\\${sign}`;
  });
  return (encodesHead ? reference(head) : '') +
    (place.startsLine && !encodesHead ? escapeLineStart(escaped) : escaped) +
    (encodesTail ? reference(tail) : '');
}

/** Signs that make the line a heading, quote, list, rule, underline of a heading, or table. */
function escapeLineStart(line: string): string {
  return line
    .replace(/^(?=#{1,6}(\s|$)|>|[-+](\s|$)|[-=:][-=: ]*$)/, '\\')
    .replace(/^(\d{1,9})(?=[.)](\s|$))/, '$1\\');
}

function isSpace(character: string): boolean {
  return /\s/u.test(character);
}

function reference(character: string): string {
  return character === '' ? '' : `&#${character.codePointAt(0)};`;
}
