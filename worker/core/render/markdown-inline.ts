import { escapeMarkdown } from './markdown-escape.ts';
import { fenceFor } from './markdown-fence.ts';
import { sameMarks } from './marks.ts';
import type { Content, Inline, Mark, Marks, MarkType } from './tree.ts';

/** The marks that Markdown writes as a pair of signs, one before and one after the text. */
const delimiters = { bold: '**', italic: '_', strike: '~~' } as const;

type Delimiter = (typeof delimiters)[keyof typeof delimiters];

/** A line in the making. Only `text` is still to be escaped, when its neighbours are known. */
type Token =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'open' | 'close'; readonly text: Delimiter }
  | { readonly type: 'verbatim'; readonly text: string };

const lineBreak = '\\\n';

/**
 * The text of a line as Markdown. Hard breaks become a backslash at the end of the line; those at
 * the very end are left out, since Markdown reads them as backslashes. Underlining is left out:
 * Markdown has none.
 */
export function inlineMarkdown(content: Content): string {
  const tokens = tokensOf(writable(content));
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

/** For headings, which have only one line; a `#` at their end would be taken for a closing sign. */
export function oneLineMarkdown(content: Content): string {
  const spaced = content.map((inline): Inline =>
    inline.type === 'hardBreak' ? { type: 'text', text: ' ', marks: [] } : inline
  );
  return inlineMarkdown(spaced).replace(/#$/, '\\#');
}

/**
 * The content as far as Markdown can say it: without underlining, without breaks at its end, and
 * with no white space just inside bold, italic or strike, where their signs would not be read.
 */
function writable(content: Content): Inline[] {
  const end = content.findLastIndex((inline) => inline.type === 'text') + 1;
  const pieces = content.slice(0, end).flatMap((inline): Inline[] => {
    if (inline.type !== 'text') return [inline];
    const marks = inline.marks.filter((mark) => mark.type !== 'underline');
    if (marks.some((mark) => mark.type === 'code')) return [{ ...inline, marks }];
    // Spaces on their own, so that they can have other marks than the words between them.
    return inline.text.split(/(^\s+|\s+$)/u).filter((text) => text !== '')
      .map((text) => ({ type: 'text', text, marks }));
  });
  for (const type of ['bold', 'italic', 'strike'] as const) {
    trimMark(pieces, type);
    trimMark(pieces.reverse(), type);
    pieces.reverse();
  }
  return joined(pieces);
}

/** Takes the mark from white space wherever it begins, or begins anew within another mark. */
function trimMark(pieces: Inline[], type: MarkType): void {
  let held: Marks | null = null;
  pieces.forEach((piece, i) => {
    const marks = piece.type === 'text' ? piece.marks : [];
    const upToMark = marks.slice(0, marks.findIndex((mark) => mark.type === type) + 1);
    const begins = held === null || !sameMarks(held, upToMark);
    if (piece.type !== 'text' || upToMark.length === 0) {
      held = null;
    } else if (begins && isBlank(piece)) {
      held = null;
      pieces[i] = { ...piece, marks: marks.filter((mark) => mark.type !== type) };
    } else {
      held = upToMark;
    }
  });
}

function isBlank(piece: Inline & { readonly type: 'text' }): boolean {
  return piece.text.trim() === '' && !piece.marks.some((mark) => mark.type === 'code');
}

function joined(pieces: readonly Inline[]): Inline[] {
  const content: Inline[] = [];
  for (const piece of pieces) {
    const last = content.at(-1);
    if (piece.type === 'text' && last?.type === 'text' && sameMarks(piece.marks, last.marks)) {
      content[content.length - 1] = { ...last, text: last.text + piece.text };
    } else content.push(piece);
  }
  return content;
}

function tokensOf(content: readonly Inline[]): Token[] {
  const tokens: Token[] = [];
  let open: Marks = [];
  const changeTo = (marks: Marks) => {
    let shared = 0;
    while (
      shared < open.length && sameMarks(open.slice(0, shared + 1), marks.slice(0, shared + 1))
    ) {
      shared++;
    }
    for (const mark of open.slice(shared).reverse()) tokens.push(endOf(mark));
    for (const mark of marks.slice(shared)) tokens.push(startOf(mark));
    open = marks;
  };
  for (const inline of content) {
    if (inline.type === 'hardBreak') {
      changeTo([]);
      tokens.push({ type: 'verbatim', text: lineBreak });
      continue;
    }
    changeTo(inline.marks.filter((mark) => mark.type !== 'code'));
    tokens.push(
      inline.marks.some((mark) => mark.type === 'code')
        ? { type: 'verbatim', text: codeSpan(inline.text) }
        : inline,
    );
  }
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
  return { type: 'verbatim', text: `](${mark.type === 'link' ? destination(mark.href) : ''})` };
}

function isDelimited(mark: Mark): mark is Mark & { readonly type: keyof typeof delimiters } {
  return mark.type in delimiters;
}

/** An address as the destination of a link or image. */
export function destination(address: string): string {
  return address
    .replace(/["<>^`{|}]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/[\\()]|&(?=#?\w+;)/g, '\\$&');
}

/** Between more backticks than any inside, and with a space where one would touch them. */
function codeSpan(text: string): string {
  const fence = fenceFor(text, 1);
  const touches = /^`|`$|^ .*[^ ].* $/.test(text);
  return touches ? `${fence} ${text} ${fence}` : fence + text + fence;
}

// Whether a delimiter is read as one depends on the characters beside it (CommonMark 6.2). Where it
// is not, the word beside it is to blame, and its nearest character is written as a reference, whose
// `;` or `&` is punctuation.

function canOpen(tokens: readonly Token[], at: number): boolean {
  return isRead(tokens, at, lastCharacter(tokens[at - 1]), firstCharacter(tokens[at + 1]));
}

function canClose(tokens: readonly Token[], at: number): boolean {
  return isRead(tokens, at, firstCharacter(tokens[at + 1]), lastCharacter(tokens[at - 1]));
}

function isRead(tokens: readonly Token[], at: number, outside: string, inside: string): boolean {
  // Spaces, and the punctuation of ASCII: what all parsers agree on.
  const isApart = /^$|\s|[!-/:-@[-`{-~]/u.test(outside);
  return isApart || tokens[at]?.text !== '_' && /[\p{L}\p{N}]/u.test(inside);
}

function firstCharacter(token: Token | undefined): string {
  // Two units hold any one character.
  return Array.from(token?.text.slice(0, 2) ?? '')[0] ?? '';
}

function lastCharacter(token: Token | undefined): string {
  return Array.from(token?.text.slice(-2) ?? '').at(-1) ?? '';
}
