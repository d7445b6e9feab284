import { foldText } from './fold-text.ts';
import { RegularExpression, type StepBudget } from './regular-expression/regular-expression.ts';

export interface SearchQuery {
  /**
   * Finds what looks the same: see `foldText`. With `regularExpression` it is a pattern, which is
   * matched with the characters as they are stored. Empty finds nothing.
   */
  readonly text: string;
  readonly caseSensitive?: boolean;
  readonly wholeWord?: boolean;
  readonly regularExpression?: boolean;
}

/** A range of a text, in UTF-16 code units. Not empty. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** Finds a query in one line, from left to right, without overlaps. */
export type FindInText = (text: string, budget: StepBudget) => TextRange[];

/**
 * Prepares a query; null if its text is empty. Throws a `SyntaxError` for a regular expression that is
 * invalid or not supported.
 */
export function prepareQuery(query: SearchQuery): FindInText | null {
  const { text, caseSensitive = false, wholeWord = false, regularExpression = false } = query;
  if (text === '') return null;
  const isWanted = wholeWord ? isWholeWord : () => true;
  if (regularExpression) {
    const pattern = new RegularExpression(text, { ignoreCase: !caseSensitive });
    return (line, budget) => pattern.findAll(line, budget).filter((range) => isWanted(line, range));
  }
  const sought = foldText(text, { caseSensitive }).text;
  return sought === '' ? null : (line) => {
    const ranges = findFolded(line, sought, { caseSensitive });
    return ranges.filter((range) => isWanted(line, range));
  };
}

/**
 * Finds a folded text. A match that covers only a part of a character, such as the `f` of `ﬁ`, is none:
 * replacing it would replace the whole character.
 */
function findFolded(
  line: string,
  sought: string,
  options: { readonly caseSensitive: boolean },
): TextRange[] {
  const { text, ranges } = foldText(line, options);
  const found: TextRange[] = [];
  let start = text.indexOf(sought);
  while (start >= 0) {
    const last = start + sought.length - 1;
    const splits = ranges !== null &&
      (start > 0 && ranges.from[start] === ranges.from[start - 1] ||
        last + 1 < text.length && ranges.from[last] === ranges.from[last + 1]);
    if (!splits) {
      const from = ranges?.from[start] ?? start;
      found.push({ from, to: ranges?.to[last] ?? last + 1 });
    }
    start = text.indexOf(sought, splits ? start + 1 : last + 1);
  }
  return found;
}

/** Whether no word continues beyond either end of a range. */
function isWholeWord(text: string, { from, to }: TextRange): boolean {
  const isWord = (part: string) => /[\p{L}\p{N}\p{M}_]/u.test(part);
  const continues = (index: number) =>
    isWord(characterBefore(text, index)) && isWord(characterAfter(text, index));
  return !continues(from) && !continues(to);
}

function characterAfter(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, index: number): string {
  return [...text.slice(Math.max(0, index - 2), index)].at(-1) ?? '';
}
