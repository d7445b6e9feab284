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
  const characters = Array.from(text);
  const first = place.encodeFirst || place.startsLine && isSpace(characters[0]);
  const last = place.encodeLast || place.endsLine && isSpace(characters.at(-1));
  const head = first ? reference(characters[0]) : '';
  const tail = last && characters.length > (first ? 1 : 0) ? reference(characters.at(-1)) : '';
  const middle = characters.slice(first ? 1 : 0, tail ? -1 : undefined).join('');
  const escaped = middle.replace(signs, (sign, at: number) => {
    const isInWord = sign === '_' && wordCharacter.test(middle[at - 1] ?? '') &&
      wordCharacter.test(middle[at + 1] ?? '');
    return isInWord ? sign : `\\${sign}`;
  });
  return head + (place.startsLine && !first ? escapeLineStart(escaped) : escaped) + tail;
}

/** Signs that make the line a heading, quote, list, rule, underline of a heading, or table. */
function escapeLineStart(line: string): string {
  return line
    .replace(/^(?=#{1,6}(\s|$)|>|[-+](\s|$)|[-=:][-=: ]*$)/, '\\')
    .replace(/^(\d{1,9})(?=[.)](\s|$))/, '$1\\');
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/u.test(character);
}

function reference(character: string | undefined): string {
  return character === undefined ? '' : `&#${character.codePointAt(0)};`;
}
