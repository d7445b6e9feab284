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

/** Writes the inline content of one Markdown block. An image splits it: here, images are blocks. */
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
    let isDone = lines.startsItem ? this.#taskState() : null;
    let hasAny = false;
    let skip = isDone === null ? 0 : 4;
    const flush = () => {
      // Our export writes an empty line as a single space, as Markdown has no empty lines.
      const isBlank = this.#content.every((node) => node.isText && node.text?.trim() === '');
      if (isBlank && (hasAny || isDone === null && !lines.startsItem)) {
        this.#content = [];
        return;
      }
      lines.addLine(isBlank ? [] : this.#content, isDone);
      this.#content = [];
      isDone = null;
    };
    for (const token of this.#tokens) {
      const image = token.type === 'image' ? imageOf(token) : null;
      if (image) {
        if (this.#content.length > 0 || isDone !== null) flush();
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

  /** Whether the task box at the start of the block is checked; null if there is no box. */
  #taskState(): boolean | null {
    const [first] = this.#tokens;
    const [, mark] = /^\[([ xX])\](?:\s|$)/.exec(first?.type === 'text' ? first.content : '') ?? [];
    return mark === undefined ? null : mark !== ' ';
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

/** Returns null for an image whose address is not allowed. Its description is kept as text. */
function imageOf(token: Token): Node | null {
  const src = safeImageSource(String(token.attrGet('src') ?? ''));
  if (src === null) return null;
  const title = token.attrGet('title') ?? null;
  return schema.nodes.image.create({ src, alt: textOf(token), title });
}

/**
 * The plain text of a token. The `content` of an image is Markdown source, so its children count.
 */
function textOf(token: Token): string {
  if (token.type === 'softbreak') return ' ';
  return token.type === 'image' ? (token.children ?? []).map(textOf).join('') : token.content;
}
