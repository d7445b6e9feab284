import type { Node } from 'prosemirror-model';
import { type LineKind, maxIndent, schema } from '../../../protocol/schema.ts';

interface OpenList {
  readonly kind: LineKind;
  /** Whether the open item already has its first line. */
  hasLine: boolean;
}

/** Writes nested blocks, in document order, as flat lines. */
export class LineWriter {
  readonly #blocks: Node[] = [];
  readonly #lists: OpenList[] = [];
  #quotes = 0;
  #heading: LineKind | null = null;
  #row: Node[] | null = null;

  finish(): Node[] {
    return this.#blocks;
  }

  openList(kind: 'bullet' | 'ordered'): void {
    this.#lists.push({ kind, hasLine: true });
  }

  closeList(): void {
    this.#lists.pop();
  }

  openItem(): void {
    const list = this.#lists.at(-1);
    if (list) list.hasLine = false;
  }

  /** Closes the item. One without content becomes an empty line. */
  closeItem(): void {
    if (this.#lists.at(-1)?.hasLine === false) this.addLine([]);
  }

  openQuote(): void {
    this.#quotes++;
  }

  closeQuote(): void {
    this.#quotes--;
  }

  /** Makes the next line a heading. In a list or a quote it is an item or a quote instead. */
  setHeading(kind: 'h1' | 'h2' | 'h3' | null): void {
    this.#heading = kind;
  }

  openRow(): void {
    this.#row = [];
  }

  closeRow(): void {
    const row = this.#row ?? [];
    this.#row = null;
    this.addLine(row);
  }

  /** Adds a line of text. `isDone` is null unless the line is a task. */
  addLine(content: readonly Node[], isDone: boolean | null = null): void {
    if (this.#row) {
      if (this.#row.length > 0) this.#row.push(schema.text(' | '));
      for (const node of content) this.#row.push(node);
      return;
    }
    const list = this.#lists.at(-1);
    let kind: LineKind = this.#quotes > 0 ? 'quote' : this.#heading ?? 'text';
    let level = 0;
    if (list && !list.hasLine) {
      kind = isDone === null ? list.kind : 'task';
      level = this.#lists.length - 1;
      list.hasLine = true;
    } else if (list) {
      kind = 'text';
      level = this.#lists.length;
    }
    this.#heading = null;
    this.#blocks.push(schema.nodes.paragraph.create({
      kind: kind === 'text' ? null : kind,
      indent: Math.min(level, maxIndent) || null,
      checked: kind === 'task' && isDone ? true : null,
    }, [...content]));
  }

  addCode(text: string, language: string | null): void {
    const content = text === '' ? null : schema.text(text);
    this.addBlock(schema.nodes.codeBlock.create({ language }, content));
  }

  /** Adds a code block, image or rule. In an item it is below the first line, one level deeper. */
  addBlock(node: Node): void {
    this.closeItem();
    const level = Math.min(this.#lists.length, maxIndent);
    const isIndented = level > 0 && Object.hasOwn(node.attrs, 'indent');
    this.#blocks.push(
      isIndented ? node.type.create({ ...node.attrs, indent: level }, node.content) : node,
    );
  }

  /** Whether the next line begins an item of a list. */
  get startsItem(): boolean {
    return this.#lists.at(-1)?.hasLine === false;
  }
}
