import type { Token } from 'markdown-it';
import type { MarkType, Node } from 'prosemirror-model';
import { schema } from '../protocol/schema.ts';
import type { ContentChanges } from './content-changes.ts';
import { splitFrontMatter } from './front-matter.ts';
import { HtmlTagReader, lastEnds } from './html-tag-reader.ts';
import { type HtmlToken, htmlTokens } from './html-tokens.ts';
import { checkLength, checkSize } from './import-limits.ts';
import { InlineWriter } from './inline-writer.ts';
import { LineWriter } from './line-writer.ts';
import { createDecoder, createParser } from './markdown-parser.ts';
import { splitLines } from './read-text.ts';

/** A document that was read. */
export interface ReadContent {
  readonly lines: Node;
  /** The title that the source states apart from its text; null for none. */
  readonly title: string | null;
}

/**
 * Reads Markdown as a document of the schema: CommonMark with GFM strikethrough, tables and tasks, and
 * the HTML in it. The lines of our own export are restored exactly. Adds to `changes` what the schema
 * does not have. Throws a `RangeError` if the text exceeds `importLimits`.
 */
export function readMarkdown(markdown: string, changes: ContentChanges): ReadContent {
  checkLength(markdown);
  const { front, rest } = splitFrontMatter(markdown);
  const reader = new MarkdownReader(changes);
  if (front) reader.lines.addCode(front.source, front.language);
  reader.read(rest);
  const lines = schema.topNodeType.create(null, reader.lines.finish());
  return { lines: checkSize(lines), title: front?.title ?? null };
}

const markTypes: { readonly [token: string]: MarkType } = {
  strong: schema.marks.bold,
  em: schema.marks.italic,
  s: schema.marks.strike,
};

class MarkdownReader {
  readonly lines: LineWriter;
  readonly #changes: ContentChanges;
  readonly #inline: InlineWriter;
  readonly #html: HtmlTagReader;

  constructor(changes: ContentChanges) {
    this.#changes = changes;
    this.lines = new LineWriter(changes);
    this.#inline = new InlineWriter(this.lines, changes);
    this.#html = new HtmlTagReader(this.lines, this.#inline, changes, createDecoder());
  }

  read(markdown: string): void {
    const references = new References();
    const environment = { references: references.record() };
    for (const token of createParser().parse(markdown, environment)) this.#addBlock(token);
    this.#html.finish();
    for (const definition of references.unused()) this.#changes.add('definition', definition);
  }

  #addBlock(token: Token): void {
    const { lines } = this;
    // Also in an element that is left out: what is opened must be closed.
    if (this.#html.isSkipping && token.nesting === 0 && token.type !== 'html_block') {
      if (token.type !== 'inline') return;
    }
    switch (token.type) {
      case 'bullet_list_open':
        this.#html.openContainer();
        return lines.openList('bullet');
      case 'ordered_list_open':
        this.#html.openContainer();
        return lines.openList('ordered', Number(token.attrGet('start') ?? 1));
      case 'bullet_list_close':
      case 'ordered_list_close':
        this.#html.closeContainer();
        return lines.closeList();
      case 'list_item_open':
        this.#html.openContainer();
        return lines.openItem();
      case 'list_item_close':
        this.#html.closeContainer();
        return lines.closeItem();
      case 'blockquote_open':
        this.#html.openContainer();
        return lines.openQuote();
      case 'blockquote_close':
        this.#html.closeContainer();
        return lines.closeQuote();
      case 'heading_open':
        return lines.setHeading(Number(token.tag.slice(1)));
      case 'heading_close':
        return lines.setHeading(null);
      case 'footnote_open':
        return this.#changes.add('footnote');
      case 'table_open':
        return this.#changes.add('table');
      case 'tr_open':
        return lines.openRow();
      case 'th_open':
      case 'td_open':
        return lines.openCell();
      case 'tr_close':
        return lines.closeRow();
      case 'inline':
        return this.#addInline(token.children ?? []);
      case 'fence':
        return this.#addFence(token);
      case 'code_block':
        return lines.addCode(codeOf(token), null);
      case 'html_block':
        return this.#html.readBlock(token.content);
      case 'hr':
        return lines.addBlock(schema.nodes.horizontalRule.create());
    }
  }

  #addFence(token: Token): void {
    const [, language = null, options = ''] = /^\s*([^\s{]+)?(.*)$/s.exec(token.info) ?? [];
    if (token.info === 'math') this.#changes.add('formula', token.content);
    if (options.trim() !== '') this.#changes.add('code-option', options);
    this.lines.addCode(codeOf(token), language);
  }

  #addInline(tokens: readonly Token[]): void {
    const [first] = tokens;
    const isDone = this.lines.startsItem && first?.type === 'text'
      ? taskState(first.content)
      : null;
    if (isDone !== null) this.#inline.setTask(isDone);
    const boxLength = isDone === null ? 0 : 4;
    const ends = lastEnds(tokens.map(tagOf));
    const endsAfter = (i: number) => (name: string) => (ends.get(name) ?? -1) > i;
    tokens.forEach((token, i) => {
      if (token.type === 'html_inline') this.#html.readInline(token.content, endsAfter(i));
      else if (i === 0 && boxLength > 0) this.#inline.text(token.content.slice(boxLength));
      else this.#addToken(token, tokens[i + 1]);
    });
    this.#inline.end();
  }

  #addToken(token: Token, next: Token | undefined): void {
    if (this.#html.isSkipping) return;
    const [, name = '', end] = /^(.*)_(open|close)$/.exec(token.type) ?? [];
    const mark = markTypes[name];
    if (mark && end === 'open') return this.#inline.openMark(mark);
    if (mark) return this.#inline.closeMark(mark);
    switch (token.type) {
      case 'link_open':
        return this.#inline.openLink(String(token.attrGet('href') ?? ''), titleOf(token));
      case 'link_close':
        return this.#inline.closeMark(schema.marks.link);
      case 'image':
        return this.#inline.image(
          String(token.attrGet('src') ?? ''),
          textOf(token),
          titleOf(token),
        );
      case 'code_inline':
        return this.#inline.code(token.content);
      case 'formula':
        this.#changes.add('formula', token.content);
        return this.#inline.code(token.content);
      case 'hardbreak':
        return this.#inline.lineBreak();
      case 'softbreak':
        // A definition, as some Markdown has it: the term, and below it a colon and its text.
        if (next?.content.startsWith(': ')) return this.#inline.lineBreak();
        return this.#inline.flowingText(' ');
      default:
        return this.#inline.text(textOf(token));
    }
  }
}

/** The tag of a token; a text for any other one. */
function tagOf({ type, content }: Token): HtmlToken {
  const [tag] = type === 'html_inline' ? htmlTokens(content) : [];
  return tag ?? { type: 'text', source: '' };
}

function titleOf(token: Token): string | null {
  const title = token.attrGet('title');
  return title === null ? null : String(title);
}

function codeOf({ content }: Token): string {
  return splitLines(content.replace(/\n$/, '')).join('\n');
}

/** Whether the task box at the start of an item is checked; null if there is no box. */
function taskState(text: string): boolean | null {
  const [, mark] = /^\[([ xX])\](?:\s|$)/.exec(text) ?? [];
  return mark === undefined ? null : mark !== ' ';
}

/**
 * The plain text of a token. The `content` of an image is Markdown source, so its children count.
 */
function textOf(token: Token): string {
  if (token.type === 'softbreak') return ' ';
  return token.type === 'image' ? (token.children ?? []).map(textOf).join('') : token.content;
}

interface Definition {
  readonly href: string;
  readonly title: string;
}

/** The definitions of links, and whether the text uses them. */
class References {
  readonly #defined = new Map<string, Definition>();
  readonly #used = new Set<string>();

  /** The object in which the parser stores definitions and finds them. */
  record(): Record<string, Definition> {
    return new Proxy({}, {
      get: (_target, label) => {
        const definition = this.#defined.get(String(label));
        if (definition) this.#used.add(String(label));
        return definition;
      },
      set: (_target, label, definition: Definition) => {
        this.#defined.set(String(label), definition);
        return true;
      },
    });
  }

  unused(): string[] {
    return [...this.#defined].filter(([label]) => !this.#used.has(label))
      .map(([label, { href }]) => `[${label.toLowerCase()}]: ${href}`);
  }
}
