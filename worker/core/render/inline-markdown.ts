import { autolinkAt } from './autolink.ts';
import {
  areSameMarks,
  type Content,
  countSharedMarks,
  type Inline,
  type Mark,
  type Marks,
  type MarkType,
} from './tree.ts';

/** The marks that Markdown writes as a delimiter before and after the text. */
const delimiters = { bold: '**', italic: '_', strike: '~~' } as const;

type Delimiter = (typeof delimiters)[keyof typeof delimiters];

/** A part of a line. `text` is escaped last, once its neighbors are known. */
type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'open' | 'close'; readonly text: Delimiter }
  | { readonly type: 'verbatim'; readonly text: string };

const lineBreak = '\\\n';

/**
 * Renders the content of a line as Markdown. A hard break becomes a backslash at the end of a line.
 * Omits hard breaks at the end, which Markdown would read as backslashes, and underlining, which
 * Markdown does not have.
 */
export function inlineMarkdown(content: Content): string {
  const tokens = tokensOf(expressible(content));
  return tokens.map((token, i) => {
    if (token.type !== 'text') return token.text;
    const [before, after] = [tokens[i - 1], tokens[i + 1]];
    return escapeMarkdown(token.text, {
      startsLine: before === undefined || before.text === lineBreak,
      endsLine: after === undefined || after.text === lineBreak,
      encodeFirst: before?.type === 'close' && !canClose(tokens, i - 1),
      encodeLast: after?.type === 'open' && !canOpen(tokens, i + 1),
    });
  }).join('');
}

/** Renders a heading: one line. Escapes a `#` at its end, which would be read as a closing sequence. */
export function oneLineMarkdown(content: Content): string {
  const spaced = content.map((inline): Inline =>
    inline.type === 'hardBreak' ? { type: 'text', text: ' ', marks: [] } : inline
  );
  return inlineMarkdown(spaced).replace(/#$/, '\\#');
}

/**
 * The part of the content that Markdown can express: no underlining, no hard breaks at the end, and no
 * white space at the ends of bold, italic or strike, where delimiters would not be recognized.
 */
function expressible(content: Content): Inline[] {
  const end = content.findLastIndex((inline) => inline.type === 'text') + 1;
  const pieces = content.slice(0, end).flatMap((inline): Inline[] => {
    if (inline.type !== 'text') return [inline];
    const marks = inline.marks.filter((mark) => mark.type !== 'underline');
    if (marks.some((mark) => mark.type === 'code')) return [{ ...inline, marks }];
    // So that white space can have other marks than the words.
    return splitSpace(inline.text).map((text) => ({ type: 'text', text, marks }));
  });
  for (const type of ['bold', 'italic', 'strike'] as const) {
    trimMark(pieces, type);
    trimMark(pieces.reverse(), type);
    pieces.reverse();
  }
  return mergeTexts(pieces);
}

/** Splits off the white space at both ends. Leaves out empty parts. */
function splitSpace(text: string): string[] {
  const words = text.trim();
  if (words === '') return [text];
  const start = text.length - text.trimStart().length;
  return [text.slice(0, start), words, text.slice(start + words.length)]
    .filter((part) => part !== '');
}

/** Removes a mark from white space at its start, also where it starts again inside another mark. */
function trimMark(pieces: Inline[], type: MarkType): void {
  let active: Marks | null = null;
  pieces.forEach((piece, i) => {
    const marks = piece.type === 'text' ? piece.marks : [];
    const upToMark = marks.slice(0, marks.findIndex((mark) => mark.type === type) + 1);
    const begins = active === null || !areSameMarks(active, upToMark);
    if (piece.type !== 'text' || upToMark.length === 0) {
      active = null;
    } else if (begins && isBlank(piece)) {
      active = null;
      pieces[i] = { ...piece, marks: marks.filter((mark) => mark.type !== type) };
    } else {
      active = upToMark;
    }
  });
}

function isBlank(piece: Inline & { readonly type: 'text' }): boolean {
  return piece.text.trim() === '' && !piece.marks.some((mark) => mark.type === 'code');
}

function mergeTexts(pieces: readonly Inline[]): Inline[] {
  const content: Inline[] = [];
  for (const piece of pieces) {
    const last = content.at(-1);
    if (piece.type === 'text' && last?.type === 'text' && areSameMarks(piece.marks, last.marks)) {
      content[content.length - 1] = { ...last, text: last.text + piece.text };
    } else content.push(piece);
  }
  return content;
}

function tokensOf(content: readonly Inline[]): Token[] {
  const tokens: Token[] = [];
  let open: Marks = [];
  const changeTo = (marks: Marks) => {
    const shared = countSharedMarks(open, marks);
    for (const mark of open.slice(shared).reverse()) tokens.push(endOf(mark));
    for (const mark of marks.slice(shared)) tokens.push(startOf(mark));
    open = marks;
  };
  let breaks = 0;
  content.forEach((inline, i) => {
    if (inline.type === 'hardBreak') {
      breaks++;
      return;
    }
    const address = autolinkAt(content, i);
    const marks = inline.marks.filter(({ type }) =>
      type !== 'code' && (address === null || type !== 'link')
    );
    if (breaks > 0) {
      // A link continues after a break. Its address would be repeated otherwise.
      const shared = open.slice(0, countSharedMarks(open, marks));
      changeTo(shared.filter((mark) => mark.type === 'link'));
    }
    for (; breaks > 0; breaks--) tokens.push({ type: 'verbatim', text: lineBreak });
    changeTo(marks);
    tokens.push(
      address !== null
        ? { type: 'verbatim', text: address }
        : inline.marks.some((mark) => mark.type === 'code')
        ? { type: 'verbatim', text: codeSpan(inline.text) }
        : inline,
    );
  });
  changeTo([]);
  return tokens;
}

function startOf(mark: Mark): Token {
  return isDelimited(mark)
    ? { type: 'open', text: delimiters[mark.type] }
    : { type: 'verbatim', text: '[' };
}

function endOf(mark: Mark): Token {
  if (isDelimited(mark)) return { type: 'close', text: delimiters[mark.type] };
  return {
    type: 'verbatim',
    text: `](${mark.type === 'link' ? escapeDestination(mark.href) : ''})`,
  };
}

function isDelimited(mark: Mark): mark is Mark & { readonly type: keyof typeof delimiters } {
  return mark.type in delimiters;
}

/** Escapes an address as the destination of a link or image. */
export function escapeDestination(address: string): string {
  return address
    .replace(/["<>^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/[\\()]|&(?=#?\w+;)/g, '\\$&');
}

/** Adds a space where the text would touch the fence, or where Markdown would strip one. */
function codeSpan(text: string): string {
  const fence = backtickFence(text, 1);
  const isStripped = text.startsWith(' ') && text.endsWith(' ') && /[^ ]/.test(text);
  const touches = isStripped || text.startsWith('`') || text.endsWith('`');
  return touches ? `${fence} ${text} ${fence}` : fence + text + fence;
}

// Whether Markdown recognizes a delimiter depends on the characters beside it (CommonMark,
// section 6.2). Where it would not, the nearest character of the adjacent word is written as a
// character reference, whose `&` or `;` is punctuation.

function canOpen(tokens: readonly Token[], at: number): boolean {
  return isRecognized(
    tokens,
    at,
    lastCharacter(tokens[at - 1]?.text),
    firstCharacter(tokens[at + 1]?.text),
  );
}

function canClose(tokens: readonly Token[], at: number): boolean {
  return isRecognized(
    tokens,
    at,
    firstCharacter(tokens[at + 1]?.text),
    lastCharacter(tokens[at - 1]?.text),
  );
}

function isRecognized(
  tokens: readonly Token[],
  at: number,
  outside: string,
  inside: string,
): boolean {
  // White space and ASCII punctuation: parsers disagree about other punctuation.
  const isSeparated = /^$|\s|[!-/:-@[-`{-~]/u.test(outside);
  return isSeparated || tokens[at]?.text !== '_' && /[\p{L}\p{N}]/u.test(inside);
}

function firstCharacter(text = ''): string {
  // A character has at most two code units.
  return Array.from(text.slice(0, 2))[0] ?? '';
}

function lastCharacter(text = ''): string {
  return Array.from(text.slice(-2)).at(-1) ?? '';
}

/** The context of a text in its line. Markdown gives meaning to the start and the end of a line. */
interface TextContext {
  readonly startsLine: boolean;
  readonly endsLine: boolean;
  /** Whether to write the first, or last, character as a reference, which is punctuation. */
  readonly encodeFirst: boolean;
  readonly encodeLast: boolean;
}

/** Characters with a meaning anywhere in a line. `_` has none inside a word, nor has a lone `&`. */
const specialCharacters = /[\\`*[\]<~|]|_|&(?=#?\w+;)|!$/g;

const wordCharacter = /[\p{L}\p{N}]/u;

/** Escapes text for CommonMark with the tables, strikethrough and task lists of GFM. */
export function escapeMarkdown(text: string, context: TextContext): string {
  const head = firstCharacter(text);
  const encodesHead = context.encodeFirst || context.startsLine && isSpace(head);
  const rest = encodesHead ? text.slice(head.length) : text;
  const tail = lastCharacter(rest);
  const encodesTail = context.encodeLast || context.endsLine && isSpace(tail);
  const middle = encodesTail ? rest.slice(0, rest.length - tail.length) : rest;
  const escaped = middle.replace(specialCharacters, (character, at: number) => {
    const isInWord = character === '_' && wordCharacter.test(middle[at - 1] ?? '') &&
      wordCharacter.test(middle[at + 1] ?? '');
    return isInWord ? character : `\\${character}`;
  });
  return (encodesHead ? reference(head) : '') +
    (context.startsLine && !encodesHead ? escapeLineStart(escaped) : escaped) +
    (encodesTail ? reference(tail) : '');
}

/** Escapes what would start a heading, quote, list or rule, or make a heading of the line above. */
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

/** A run of backticks longer than any in the text, and at least `minLength` long. */
export function backtickFence(text: string, minLength: number): string {
  let length = minLength;
  for (const [run] of text.matchAll(/`+/g)) length = Math.max(length, run.length + 1);
  return '`'.repeat(length);
}
