import MarkdownIt, { type StateBlock, type StateInline } from 'markdown-it';

type Parser = InstanceType<typeof MarkdownIt>;

/** Longer addresses are not linked: see `safeHref`. */
const maxAddressLength = 2048;

/**
 * The parser of Markdown: CommonMark with the tables and the strikethrough of GFM, and linked
 * addresses. It also recognizes footnotes and formulas, whose text CommonMark would change: see
 * {@link addFootnotes} and {@link addFormulas}.
 */
export function createParser(): Parser {
  const markdown = new MarkdownIt({ html: true, linkify: true });
  // Without a scheme, README.md would become a link to the .md domain.
  // The search for an address takes up to n² steps of its length.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, maxLength: maxAddressLength });
  addFootnotes(markdown);
  addFormulas(markdown);
  return markdown;
}

/** Decodes the character references of HTML. */
export function createDecoder(): (text: string) => string {
  const markdown = new MarkdownIt('zero').enable('entity');
  return (text) => {
    if (!text.includes('&')) return text;
    const [line] = markdown.parseInline(text, {});
    return (line?.children ?? []).map(({ type, content }) => type === 'softbreak' ? '\n' : content)
      .join('');
  };
}

/**
 * A line such as `[^1]: Text` is a paragraph. CommonMark reads it as the address of a link when the
 * text is one word, and drops the word.
 */
function addFootnotes(markdown: Parser): void {
  markdown.block.ruler.before('reference', 'footnote', (state, startLine, endLine, silent) => {
    if (!/^\[\^[^\]\s]+\]:/.test(lineAt(state, startLine)) || isCode(state, startLine)) {
      return false;
    }
    if (silent) return true;
    let next = startLine + 1;
    while (
      next < endLine && !state.isEmpty(next) && !/^\[\^[^\]\s]+\]:/.test(lineAt(state, next)) &&
      (state.sCount[next] ?? 0) >= state.blkIndent
    ) next++;
    state.line = next;
    state.push('footnote_open', 'p', 1).map = [startLine, next];
    const inline = state.push('inline', '', 0);
    inline.content = state.getLines(startLine, next, state.blkIndent, false).trim();
    inline.map = [startLine, next];
    inline.children = [];
    state.push('footnote_close', 'p', -1);
    return true;
  }, { alt: ['paragraph'] });
}

/**
 * `$…$` with a sign that Markdown would change, and `$$…$$`, become code: Markdown would remove the
 * backslashes of a formula.
 */
function addFormulas(markdown: Parser): void {
  markdown.inline.ruler.before('escape', 'formula', (state, silent) => {
    const source = formulaAt(state);
    if (source === null) return false;
    if (!silent) {
      state.push('formula', 'code', 0).content = source.replaceAll('\n', ' ');
    }
    state.pos += source.length;
    return true;
  });
  markdown.block.ruler.before('paragraph', 'formula', (state, startLine, endLine, silent) => {
    if (!lineAt(state, startLine).startsWith('$$') || isCode(state, startLine)) return false;
    let last = startLine;
    const isOneLine = /^\$\$.+\$\$\s*$/.test(lineAt(state, startLine));
    if (!isOneLine) {
      do last++; while (last < endLine && !lineAt(state, last).trimEnd().endsWith('$$'));
    }
    if (last >= endLine) return false;
    if (silent) return true;
    state.line = last + 1;
    const source = state.getLines(startLine, last + 1, state.blkIndent, false).trim();
    const token = state.push('fence', 'code', 0);
    token.info = 'math';
    token.content = source.slice(2, -2).replace(/^\n/, '').trimEnd();
    token.map = [startLine, last + 1];
    return true;
  }, { alt: ['paragraph', 'blockquote', 'list'] });
}

/** The most characters of a formula in a line. A search for its end takes as many steps. */
const maxFormulaLength = 1000;

function formulaAt({ src, pos, posMax }: StateInline): string | null {
  if (src[pos] !== '$' || src[pos - 1] === '\\' || /[\s$]/.test(src[pos + 1] ?? ' ')) return null;
  const end = Math.min(posMax, pos + maxFormulaLength);
  let at = pos + 1;
  while (at < end && src[at] !== '$') at += src[at] === '\\' ? 2 : 1;
  if (at >= end || /\s/.test(src[at - 1] ?? ' ') || /[\d$]/.test(src[at + 1] ?? '')) return null;
  const source = src.slice(pos, at + 1);
  return /[\\_^*{]/.test(source) ? source : null;
}

function lineAt(state: StateBlock, line: number): string {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
  return state.src.slice(start, state.eMarks[line]);
}

/** Whether a line is indented as code. */
function isCode(state: StateBlock, line: number): boolean {
  return (state.sCount[line] ?? 0) - state.blkIndent >= 4;
}
