import type { ContentChanges } from '../../../content/content-changes.ts';
import { fragmentOf, replaceWith } from './replace-with.ts';

/** Cells with more text are columns of a page and not of a table. */
const maxCellText = 500;
/** The most columns of a row. */
const maxColumns = 200;

/**
 * Replaces tables by lines: the schema has none. The cells of a row become one line, with bars between
 * them. Tables that only arrange a page become its blocks.
 */
export function flattenTables(root: Element, changes: ContentChanges): void {
  // The innermost first.
  for (const table of [...root.querySelectorAll('table')].reverse()) {
    const rows = [...table.rows];
    if (isLayout(table, rows)) {
      replaceWith(table, blocksOf(table, rows));
      continue;
    }
    changes.add('table', table.caption?.textContent ?? '');
    replaceWith(table, [...captionOf(table), ...linesOf(table, rows, changes)]);
  }
  // Rows that were copied without their table.
  for (const row of root.querySelectorAll('tr')) {
    replaceWith(row, lineOf(row, [...row.cells], changes));
  }
}

function isLayout(table: HTMLTableElement, rows: readonly HTMLTableRowElement[]): boolean {
  if (/^(presentation|none)$/.test(table.getAttribute('role') ?? '')) return true;
  const cells = rows.flatMap((row) => [...row.cells]);
  const hasOneColumn = rows.every((row) =>
    [...row.cells].filter((cell) => cell.textContent?.trim() !== '').length < 2
  );
  const hasTable = cells.some((cell) => cell.querySelector('[data-from-table]') !== null);
  // A header cell names a column: pages are not arranged with such.
  const hasHeader = cells.some(({ localName }) => localName === 'th');
  return hasOneColumn || hasTable ||
    !hasHeader && cells.some((cell) =>
        cell.querySelector('h1, h2, h3, pre') !== null ||
        (cell.textContent?.length ?? 0) > maxCellText ||
        (cell.textContent?.trim() === '' && cell.querySelector('img') !== null)
      );
}

/** The cells as blocks, in order. The mark tells an outer table that it arranges tables. */
function blocksOf(table: HTMLTableElement, rows: readonly HTMLTableRowElement[]): Element[] {
  const cells = rows.flatMap((row) => [...row.cells]);
  return [
    ...captionOf(table),
    ...cells.filter((cell) => cell.childNodes.length > 0).map((cell) => {
      const block = table.ownerDocument.createElement('div');
      block.append(fragmentOf(cell.childNodes));
      return block;
    }),
  ];
}

function captionOf({ caption, ownerDocument }: HTMLTableElement): Element[] {
  if (!caption || caption.textContent?.trim() === '') return [];
  const line = ownerDocument.createElement('p');
  line.append(fragmentOf(caption.childNodes));
  return [line];
}

/** One line for each row. A cell that spans others leaves their places empty. */
function linesOf(
  table: HTMLTableElement,
  rows: readonly HTMLTableRowElement[],
  changes: ContentChanges,
): Element[] {
  /** For each column, how many rows the cell above still covers. */
  const covered: number[] = [];
  return rows.flatMap((row) => {
    const cells: (HTMLTableCellElement | null)[] = [];
    const skipCovered = () => {
      while ((covered[cells.length] ?? 0) > 0 && cells.length < maxColumns) {
        covered[cells.length]!--; // checked above
        cells.push(null);
      }
    };
    for (const cell of row.cells) {
      skipCovered();
      for (let i = 0; i < Math.min(cell.colSpan, maxColumns - cells.length); i++) {
        covered[cells.length] = cell.rowSpan - 1;
        cells.push(i === 0 ? cell : null);
      }
    }
    skipCovered();
    const lines = lineOf(table, cells, changes);
    for (const line of lines) line.setAttribute('data-from-table', '');
    return lines;
  });
}

function lineOf(
  { ownerDocument }: Element,
  cells: readonly (HTMLTableCellElement | null)[],
  changes: ContentChanges,
): Element[] {
  if (cells.every((cell) => cell === null || cell.textContent?.trim() === '')) return [];
  const hasBar = cells.some((cell) => cell?.textContent?.includes('|'));
  const separator = hasBar ? '\u2502' : '|';
  const line = ownerDocument.createElement('p');
  cells.forEach((cell, index) => {
    if (index > 0) line.append(` ${separator} `);
    if (cell) new CellWriter(line, changes).write(cell);
  });
  return [line];
}

/** Writes the content of a cell into a line. Its blocks are separated by a slash. */
class CellWriter {
  readonly #line: Element;
  readonly #changes: ContentChanges;
  #hasText = false;
  #startsBlock = false;

  constructor(line: Element, changes: ContentChanges) {
    this.#line = line;
    this.#changes = changes;
  }

  write(parent: Element): void {
    for (const child of [...parent.childNodes]) this.#writeNode(child);
  }

  #writeNode(node: ChildNode): void {
    if (!(node instanceof Element)) {
      if (node.textContent?.trim() === '' && (!this.#hasText || this.#startsBlock)) return;
      return this.#append(node);
    }
    if (node.localName === 'pre') return this.#writeCode(node);
    if (node.localName === 'br') this.#startsBlock = true;
    else if (node.localName === 'img') this.#changes.add('picture', node.getAttribute('src') ?? '');
    else if (/^(p|div|ul|ol|li|blockquote|section|h[1-6]|dl|dt|dd)$/.test(node.localName)) {
      this.#startsBlock = true;
      this.write(node);
      this.#startsBlock = true;
    } else if (node.querySelector('p, div, li, br, img, pre')) this.write(node);
    else if (node.textContent?.trim() !== '') this.#append(node);
  }

  /** Writes each line of a code block. */
  #writeCode(block: Element): void {
    for (const text of (block.textContent ?? '').split('\n')) {
      if (text.trim() === '') continue;
      const code = block.ownerDocument.createElement('code');
      code.textContent = text;
      this.#startsBlock = true;
      this.#append(code);
    }
    this.#startsBlock = true;
  }

  #append(node: ChildNode): void {
    if (this.#startsBlock && this.#hasText) this.#line.append(' / ');
    this.#startsBlock = false;
    this.#hasText = true;
    this.#line.append(node);
  }
}
