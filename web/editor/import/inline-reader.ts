import type { Token } from 'markdown-it';
import type { Mark, MarkType, Node } from 'prosemirror-model';
import { safeHref, safeImageSource } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';
import type { LineWriter } from './line-writer.ts';

const { bold, italic, strike, link, code } = schema.marks;

const markTypes: { readonly [token: string]: MarkType } = {
  strong: bold,
  em: italic,
  s: strike,
  link,
};

/** Writes the text of one block of Markdown. An image in it parts it: images are blocks here. */
export function addInline(lines: LineWriter, tokens: readonly Token[]): void {
  new InlineReader(tokens).addTo(lines);
}

class InlineReader {
  readonly #tokens: readonly Token[];
  #content: Node[] = [];
  #marks: readonly Mark[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  addTo(lines: LineWriter): void {
    let done = lines.startsItem ? this.#taskOf() : null;
    let hasAny = false;
    let skip = done === null ? 0 : 4;
    const flush = () => {
      // A single space is how an empty line is written where Markdown has none.
      const isBlank = this.#content.every((node) => node.isText && node.text?.trim() === '');
      if (isBlank && (hasAny || done === null && !lines.startsItem)) {
        this.#content = [];
        return;
      }
      lines.addLine(isBlank ? [] : this.#content, done);
      this.#content = [];
      done = null;
    };
    for (const token of this.#tokens) {
      const image = token.type === 'image' ? imageOf(token) : null;
      if (image) {
        if (this.#content.length > 0 || done !== null) flush();
        hasAny = true;
        lines.addBlock(image);
      } else if (token.type === 'text' && skip > 0) {
        this.#addText(token.content.slice(skip));
        skip = 0;
      } else {
        this.#addToken(token);
      }
    }
    if (this.#content.length > 0 || !hasAny) flush();
  }

  /** Whether the block begins with the box of a task, and that is checked; null for no box. */
  #taskOf(): boolean | null {
    const [first] = this.#tokens;
    const [, sign] = /^\[([ xX])\](?:\s|$)/.exec(first?.type === 'text' ? first.content : '') ?? [];
    return sign === undefined ? null : sign !== ' ';
  }

  #addText(text: string, marks = this.#marks): void {
    if (text !== '') this.#content.push(schema.text(text, marks));
  }

  #addToken(token: Token): void {
    const [, name = '', end] = /^(.*)_(open|close)$/.exec(token.type) ?? [];
    const type = markTypes[name];
    if (type) {
      const without = this.#marks.filter((mark) => mark.type !== type);
      if (end === 'close') {
        this.#marks = without;
        return;
      }
      const href = type === link ? safeHref(String(token.attrGet('href') ?? '')) : '';
      if (href !== null) this.#marks = type.create({ href }).addToSet(without);
    } else if (token.type === 'code_inline') {
      this.#addText(token.content, code.create().addToSet(this.#marks));
    } else if (token.type === 'hardbreak') {
      this.#content.push(schema.nodes.hardBreak.create());
    } else {
      this.#addText(textOf(token));
    }
  }
}

/** Null for an image that cannot be loaded: its description stands in its place. */
function imageOf(token: Token): Node | null {
  const src = safeImageSource(String(token.attrGet('src') ?? ''));
  if (src === null) return null;
  const title = token.attrGet('title') ?? null;
  return schema.nodes.image.create({ src, alt: textOf(token), title });
}

/** What an image is called is Markdown itself: its `content` is that, with all signs. */
function textOf(token: Token): string {
  if (token.type === 'softbreak') return ' ';
  return token.type === 'image' ? (token.children ?? []).map(textOf).join('') : token.content;
}
