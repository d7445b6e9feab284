import type { MarkType } from 'prosemirror-model';
import { schema } from '../protocol/schema.ts';
import type { ContentChanges } from './content-changes.ts';
import { type HtmlAttribute, type HtmlToken, htmlTokens } from './html-tokens.ts';
import type { InlineWriter } from './inline-writer.ts';
import type { LineWriter } from './line-writer.ts';

const { bold, italic, underline, strike, code, link } = schema.marks;

const markTags: { readonly [tag: string]: MarkType } = {
  b: bold,
  strong: bold,
  i: italic,
  em: italic,
  cite: italic,
  var: italic,
  dfn: italic,
  u: underline,
  ins: underline,
  s: strike,
  strike,
  del: strike,
  code,
  kbd: code,
  samp: code,
  tt: code,
};

/** Elements that begin and end a line. */
const lineTags = tags(
  'p div section article header footer main nav aside figure figcaption center address details ' +
    'summary dl dt dd form fieldset legend caption table thead tbody tfoot h1 h2 h3 h4 h5 h6 ul ol ' +
    'li blockquote tr hr pre dialog',
);

/** Elements without meaning in a line of text. Their content stays. */
const plainTags = tags(
  'span font small big mark abbr acronym time label q bdi bdo ruby rt rp rb wbr td th a img br sub ' +
    'sup picture source colgroup col body html data nobr input button map',
);

/** Elements whose content is no text, or is shown only where they are not supported. */
const skippedTags = tags(
  'script style template textarea select noscript svg math title head iframe object embed video ' +
    'audio canvas link meta base',
);

/** The skipped elements that show something at an address. */
const mediaTags = tags('iframe object embed video audio');

function tags(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}

/**
 * Writes the HTML in a Markdown text as lines. HTML may begin in one block of the Markdown and end in
 * another, so that one reader reads all of it. A tag of no HTML element, such as the `<T>` of a
 * program, is text.
 */
export class HtmlTagReader {
  readonly #lines: LineWriter;
  readonly #inline: InlineWriter;
  readonly #changes: ContentChanges;
  readonly #decode: (text: string) => string;
  /** The open lists, items and quotes; null for a container of the Markdown. */
  readonly #open: (string | null)[] = [];
  /** The element that is being skipped, and how many of its name are open. */
  #skipped: { readonly name: string; depth: number } | null = null;
  /** The text of the open `<pre>`. */
  #preformatted: string[] | null = null;

  /** `decode` decodes character references. */
  constructor(
    lines: LineWriter,
    inline: InlineWriter,
    changes: ContentChanges,
    decode: (text: string) => string,
  ) {
    this.#lines = lines;
    this.#inline = inline;
    this.#changes = changes;
    this.#decode = decode;
  }

  /** Whether text is inside an element that is left out. */
  get isSkipping(): boolean {
    return this.#skipped !== null;
  }

  /** Reads a whole block of HTML. */
  readBlock(html: string): void {
    const tokens = [...htmlTokens(html)];
    const ends = lastEnds(tokens);
    tokens.forEach((token, i) => this.#read(token, (name) => (ends.get(name) ?? -1) > i));
    this.#inline.endHtmlLine();
  }

  /** Reads one tag or comment in a line. `endsLater` says whether the line has an end tag behind it. */
  readInline(html: string, endsLater: (name: string) => boolean): void {
    for (const token of htmlTokens(html)) this.#read(token, endsLater);
  }

  /** The Markdown opens a list, an item or a quote. */
  openContainer(): void {
    this.#open.push(null);
  }

  /** The Markdown closes a list, an item or a quote, and the HTML that was opened in it. */
  closeContainer(): void {
    this.#closeTo(this.#open.lastIndexOf(null));
  }

  /** Closes the elements that are still open. */
  finish(): void {
    this.#closeTo(0);
  }

  #read(token: HtmlToken, endsLater: (name: string) => boolean): void {
    if (this.#skipped) return this.#skip(this.#skipped, token);
    switch (token.type) {
      case 'comment':
        if (token.source.startsWith('<!--')) {
          this.#changes.add('comment', token.source.slice(4, -3));
        }
        return;
      case 'text': {
        const text = this.#decode(token.source);
        if (this.#preformatted) this.#preformatted.push(text);
        else this.#inline.flowingText(text);
        return;
      }
      default:
        return this.#readTag(token, endsLater);
    }
  }

  #skip(skipped: { readonly name: string; depth: number }, token: HtmlToken): void {
    if (token.type !== 'open' && token.type !== 'close' || token.name !== skipped.name) return;
    skipped.depth += token.type === 'open' ? 1 : -1;
    if (skipped.depth === 0) this.#skipped = null;
  }

  #readTag(
    token: HtmlToken & { readonly type: 'open' | 'close' },
    endsLater: (name: string) => boolean,
  ): void {
    const { name, source } = token;
    if (this.#preformatted && !(name === 'pre' && token.type === 'close')) return;
    const mark = markTags[name];
    if (mark && token.type === 'open') return this.#inline.openMark(mark);
    if (mark) return this.#inline.closeMark(mark);
    if (skippedTags.has(name)) {
      if (token.type === 'close') return;
      this.#reportSkipped(name, token.attributes);
      // One without an end would take the rest of the document along.
      if (endsLater(name)) this.#skipped = { name, depth: 1 };
      return;
    }
    if (!lineTags.has(name) && !plainTags.has(name)) return this.#inline.text(source);
    if (lineTags.has(name)) this.#inline.endHtmlLine();
    if (token.type === 'open') this.#openTag(name, token.attributes);
    else this.#closeTag(name);
  }

  #reportSkipped(name: string, attributes: readonly HtmlAttribute[]): void {
    if (mediaTags.has(name)) this.#changes.add('media', valueOf(attributes, 'src') ?? name);
    else this.#changes.add('element', name);
  }

  #openTag(name: string, attributes: readonly HtmlAttribute[]): void {
    switch (name) {
      case 'br':
        return this.#inline.flowingBreak();
      case 'hr':
        return this.#lines.addBlock(schema.nodes.horizontalRule.create());
      case 'a': {
        const href = valueOf(attributes, 'href');
        if (href !== null) this.#inline.openLink(this.#decode(href));
        return;
      }
      case 'img':
        return this.#inline.image(
          this.#decode(valueOf(attributes, 'src') ?? ''),
          this.#decode(valueOf(attributes, 'alt') ?? ''),
          null,
        );
      case 'sub':
      case 'sup':
        return this.#inline.openShift();
      case 'pre':
        this.#preformatted = [];
        return;
      case 'details':
        return this.#changes.add('details');
      case 'table':
        return this.#changes.add('table');
      case 'td':
      case 'th':
        this.#inline.endHtmlLine();
        return this.#lines.openCell();
      case 'ul':
      case 'ol':
      case 'li':
      case 'blockquote':
      case 'tr':
        return this.#openElement(name, attributes);
      default:
        if (/^h[1-6]$/.test(name)) this.#lines.setHeading(Number(name[1]));
    }
  }

  #openElement(name: string, attributes: readonly HtmlAttribute[]): void {
    const number = Number.parseInt(valueOf(attributes, name === 'li' ? 'value' : 'start') ?? '');
    if (name === 'li') {
      const last = this.#open.at(-1);
      if (last === 'li') this.#closeTo(this.#open.length - 1);
      if (this.#open.at(-1) !== 'ul' && this.#open.at(-1) !== 'ol') return;
      this.#lines.openItem(Number.isNaN(number) ? null : number);
    } else if (name === 'tr') {
      if (this.#open.at(-1) === 'tr') this.#closeTo(this.#open.length - 1);
      this.#lines.openRow();
    } else if (name === 'blockquote') this.#lines.openQuote();
    else this.#lines.openList(name === 'ol' ? 'ordered' : 'bullet', number || 1);
    this.#open.push(name);
  }

  #closeTag(name: string): void {
    switch (name) {
      case 'a':
        return this.#inline.closeMark(link);
      case 'sub':
      case 'sup':
        return this.#inline.closeShift(name);
      case 'pre': {
        const text = this.#preformatted?.join('').replace(/^\n|\n$/g, '');
        this.#preformatted = null;
        return text === undefined ? undefined : this.#lines.addCode(text, null);
      }
      case 'td':
      case 'th':
        return this.#inline.endHtmlLine();
      case 'ul':
      case 'ol':
      case 'li':
      case 'blockquote':
      case 'tr': {
        // An element of the HTML ends only what was opened in the same container of the Markdown.
        const start = this.#open.lastIndexOf(null) + 1;
        const at = this.#open.lastIndexOf(name);
        if (at >= start) this.#closeTo(at);
        return;
      }
      default:
        if (/^h[1-6]$/.test(name)) this.#lines.setHeading(null);
    }
  }

  /** Closes the open elements from this one on. */
  #closeTo(at: number): void {
    this.#inline.endHtmlLine();
    for (const name of this.#open.splice(Math.max(at, 0)).reverse()) {
      if (name === 'ul' || name === 'ol') this.#lines.closeList();
      else if (name === 'li') this.#lines.closeItem();
      else if (name === 'blockquote') this.#lines.closeQuote();
      else if (name === 'tr') this.#lines.closeRow();
    }
  }
}

function valueOf(attributes: readonly HtmlAttribute[], name: string): string | null {
  return attributes.find((attribute) => attribute.name === name)?.value ?? null;
}

/** The index of the last end tag of each name. */
export function lastEnds(tokens: Iterable<HtmlToken>): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  let index = 0;
  for (const token of tokens) {
    if (token.type === 'close') ends.set(token.name, index);
    index++;
  }
  return ends;
}
