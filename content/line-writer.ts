import type { Node } from 'prosemirror-model';
import { type LineKind, maxIndent, schema } from '../protocol/schema.ts';
import type { ContentChanges } from './content-changes.ts';
import { ListNumbers } from './list-numbers.ts';

interface OpenList {
  readonly kind: LineKind;
  /** The number of the next item in the source. */
  number: number;
  /** Whether the open item already has its first line. */
  hasLine: boolean;
}

/** Writes nested blocks, in document order, as flat lines. Adds to `changes` what these cannot hold. */
export class LineWriter {
  readonly #changes: ContentChanges;
  readonly #blocks: Node[] = [];
  readonly #lists: OpenList[] = [];
  readonly #numbers = new ListNumbers();
  #quotes = 0;
  #heading: LineKind | null = null;
  /** The cells of the open table row. */
  #row: Node[][] | null = null;

  constructor(changes: ContentChanges) {
    this.#changes = changes;
  }

  /** The blocks so far: at least one line. */
  finish(): Node[] {
    this.closeRow();
    return this.#blocks.length > 0 ? this.#blocks : [schema.nodes.paragraph.create()];
  }

  /** `start` is the number of the first item. */
  openList(kind: 'bullet' | 'ordered', start = 1): void {
    this.#lists.push({ kind, number: start, hasLine: true });
    if (this.#lists.length > maxIndent + 1) this.#changes.add('depth');
  }

  closeList(): void {
    this.#lists.pop();
  }

  /** Opens an item. `number` replaces its number in the source. */
  openItem(number: number | null = null): void {
    const list = this.#lists.at(-1);
    if (!list) return;
    list.hasLine = false;
    if (number !== null) list.number = number;
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
  setHeading(level: number | null): void {
    this.#heading = level === null ? null : level === 1 ? 'h1' : level === 2 ? 'h2' : 'h3';
    if (level === null) return;
    if (this.#quotes > 0 || this.#lists.length > 0) this.#changes.add('heading');
    else if (level > 3) this.#changes.add('heading-level');
  }

  openRow(): void {
    this.closeRow();
    this.#row = [];
  }

  openCell(): void {
    this.#row?.push([]);
  }

  /** Adds the line of a row. Its cells stay apart, also empty ones and those with a bar in them. */
  closeRow(): void {
    const cells = this.#row;
    this.#row = null;
    if (cells) this.addLine(joinCells(cells));
  }

  /** Adds a line of text. `isDone` is null unless the line is a task. */
  addLine(content: readonly Node[], isDone: boolean | null = null): void {
    const cell = this.#row?.at(-1);
    if (cell) {
      if (cell.length > 0 && content.length > 0) cell.push(schema.text(' / '));
      for (const node of content) cell.push(node);
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
    if (list && this.#quotes > 0) this.#changes.add('quote');
    this.#heading = null;
    const line = schema.nodes.paragraph.create({
      kind: kind === 'text' ? null : kind,
      indent: Math.min(level, maxIndent) || null,
      checked: kind === 'task' && isDone ? true : null,
    }, [...content]);
    this.#push(line, list);
  }

  addCode(text: string, language: string | null): void {
    const content = text === '' ? null : schema.text(text);
    this.addBlock(schema.nodes.codeBlock.create({ language }, content));
  }

  /** Adds a code block, image or rule. In an item it is below the first line, one level deeper. */
  addBlock(node: Node): void {
    if (this.#row) {
      if (node.isTextblock) {
        this.addLine(node.content.size > 0 ? [schema.text(node.textContent)] : []);
      } else if (typeof node.attrs.src === 'string') this.#changes.add('picture', node.attrs.src);
      return;
    }
    this.closeItem();
    if (this.#quotes > 0) this.#changes.add('quote');
    const level = Math.min(this.#lists.length, maxIndent);
    const isIndented = level > 0 && Object.hasOwn(node.attrs, 'indent');
    this.#push(
      isIndented ? node.type.create({ ...node.attrs, indent: level }, node.content) : node,
      undefined,
    );
  }

  /** Whether the next line begins an item of a list. */
  get startsItem(): boolean {
    return this.#lists.at(-1)?.hasLine === false;
  }

  #push(node: Node, list: OpenList | undefined): void {
    this.#blocks.push(node);
    const shown = this.#numbers.next(node.type === schema.nodes.paragraph, node.attrs);
    if (shown === null || !list) return;
    if (shown !== list.number) this.#changes.add('list-number', `${list.number} is now ${shown}`);
    list.number++;
  }
}

/** Joins the cells of a row. In a row with bars, a longer bar separates the cells. */
function joinCells(cells: readonly (readonly Node[])[]): Node[] {
  const hasBar = cells.some((cell) => cell.some(({ text }) => text?.includes('|')));
  const separator = hasBar ? '\u2502' : '|';
  const row: Node[] = [];
  cells.forEach((cell, i) => {
    const isFirst = i === 0;
    const isEmptyStart = cells.slice(0, i).every(({ length }) => length === 0);
    if (!isFirst) {
      const before = isEmptyStart && i === 1 ? '' : ' ';
      const after = i === cells.length - 1 && cell.length === 0 ? '' : ' ';
      row.push(schema.text(before + separator + after));
    }
    // A line break would end the row.
    for (const node of cell) row.push(node.isText ? node : schema.text(' / '));
  });
  return row;
}
