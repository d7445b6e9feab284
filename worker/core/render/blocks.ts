import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { safeImageSource } from '../../../protocol/safe-href.ts';
import { indentOf, isChecked, kindOf } from '../../../protocol/schema.ts';
import type { BlockCache } from './block-cache.ts';
import { InlineReader, readInline, sanitizeText } from './inline.ts';
import { limitOutput } from './limit-output.ts';
import { type Entry, nest } from './nest.ts';
import {
  type Block,
  type Content,
  contentText,
  type Inline,
  type ListItem,
  type ListStyle,
  type PlainLine,
} from './tree.ts';
import {
  attributeOf,
  deepText,
  elementNameOf,
  holdsText,
  isElement,
  keyOf,
  piecesOf,
  rootOf,
  type YjsType,
} from './yjs-types.ts';

/**
 * Reads the blocks of a document, from which every format is rendered.
 *
 * This is where untrusted content becomes safe to show. It knows our schema and Tiptap's and accepts
 * what is on their lists; of anything else it keeps the text or nothing. It does not throw, whatever
 * the document contains. Below a depth of `limits.typeDepth` it reads only text. It ignores deleted
 * content and does not change the document. The size of what it returns, in any format, is bounded: see
 * {@link limitOutput}.
 *
 * A cache must have observed the document from its creation. With it, unchanged elements are not read
 * again, and unchanged lines keep the identical `content` array.
 */
export function readBlocks(doc: Y.Doc, cache: BlockCache | null = null): readonly Block[] {
  const root = rootOf(doc);
  if (root === null) return [];
  return limitOutput(
    root.isPlainText ? readPlainLines(root.type) : nest(readEntries(root.type, 0, cache)),
  );
}

/** An element to read, its key, and its depth in the document. */
interface Source {
  readonly element: Y.XmlElement;
  readonly key: string;
  readonly depth: number;
}

/** How to read each element of our schema and Tiptap's. Other elements are replaced by their content. */
const readers: ReadonlyMap<string, (source: Source) => readonly Entry[]> = new Map([
  ['paragraph', readLine],
  ['heading', readHeading],
  ['codeBlock', readCodeBlock],
  ['horizontalRule', readRule],
  ['image', readImage],
  ['blockquote', readQuote],
  ['bulletList', (source) => readList(source, 'bullet')],
  ['orderedList', (source) => readList(source, 'ordered')],
  ['taskList', (source) => readList(source, 'task')],
  ['tableRow', readTableRow],
]);

/** Reads the blocks in a container. Text that is not in a block becomes a line. */
function readEntries(container: YjsType, depth: number, cache: BlockCache | null = null): Entry[] {
  const entries: Entry[] = [];
  let loose = new InlineReader();
  let key = '';
  const endLooseText = () => {
    if (loose.content.length > 0) entries.push(plainParagraph(key, loose.content));
    loose = new InlineReader();
  };
  for (const piece of piecesOf(container)) {
    const child = piece.type === 'child' && depth < limits.typeDepth ? piece.child : null;
    if (child instanceof Y.XmlFragment && !isElement(child, 'hardBreak')) {
      endLooseText();
      const read = () => readChild(child, keyOf(piece.id), depth + 1);
      for (const entry of cache ? cache.getOrRead(child, read) : read()) entries.push(entry);
    } else {
      if (loose.content.length === 0) key = keyOf(piece.id);
      loose.read(piece, depth + 1);
    }
  }
  endLooseText();
  return entries;
}

function readChild(child: Y.XmlFragment, key: string, depth: number): readonly Entry[] {
  const read = readers.get(elementNameOf(child) ?? '');
  return read && child instanceof Y.XmlElement
    ? read({ element: child, key, depth })
    : readEntries(child, depth);
}

function plainParagraph(key: string, content: Content): Entry {
  return { type: 'line', key, kind: 'text', indent: 0, checked: false, content };
}

/** Reads a line of our schema. A paragraph of Tiptap is one without attributes. */
function readLine({ element, key, depth }: Source): Entry[] {
  const attributes = {
    kind: attributeOf(element, 'kind'),
    indent: attributeOf(element, 'indent'),
    checked: attributeOf(element, 'checked'),
  };
  return [{
    type: 'line',
    key,
    kind: kindOf(attributes),
    indent: indentOf(attributes),
    checked: isChecked(attributes),
    content: readInline(element, depth),
  }];
}

function readHeading({ element, key, depth }: Source): Entry[] {
  const level = wholeNumber(attributeOf(element, 'level'), 1, 6);
  return [{ type: 'heading', key, level, content: readInline(element, depth) }];
}

function readCodeBlock({ element, key, depth }: Source): Entry[] {
  const language = attributeOf(element, 'language');
  // The name becomes part of a class name, and of the first line of a Markdown fence.
  const isName = typeof language === 'string' && /^[\w+#.-]{1,32}$/.test(language);
  return [{
    type: 'codeBlock',
    key,
    language: isName ? language : null,
    text: contentText(readInline(element, depth)),
    indent: indentOf({ indent: attributeOf(element, 'indent') }),
  }];
}

function readRule({ key }: Source): Entry[] {
  return [{ type: 'rule', key }];
}

/** An image whose source is not allowed becomes its description. */
function readImage({ element, key }: Source): Entry[] {
  const text = (name: string) => {
    const value = attributeOf(element, name);
    return typeof value === 'string' ? sanitizeText(value).replaceAll('\n', ' ') : '';
  };
  const src = safeImageSource(text('src'));
  const alt = text('alt');
  if (src === null) {
    return alt === '' ? [] : [plainParagraph(key, [{ type: 'text', text: alt, marks: [] }])];
  }
  const indent = indentOf({ indent: attributeOf(element, 'indent') });
  return [{ type: 'image', key, src, alt, title: text('title') || null, indent }];
}

function readQuote({ element, key, depth }: Source): Entry[] {
  return [{ type: 'quote', key, content: nest(readEntries(element, depth)) }];
}

function readList({ element, key, depth }: Source, style: ListStyle): Entry[] {
  const items: ListItem[] = [];
  for (const piece of piecesOf(element)) {
    if (piece.type !== 'child' || !holdsText(piece.child)) continue;
    const { child } = piece;
    const isItem = isElement(child, 'listItem') || isElement(child, 'taskItem');
    const entries = depth >= limits.typeDepth
      ? [plainParagraph(`${keyOf(piece.id)}.t`, textContent(deepText(child)))]
      : isItem || !(child instanceof Y.XmlFragment)
      ? readEntries(child, depth + 1)
      : readChild(child, `${keyOf(piece.id)}.t`, depth + 1);
    const done = style === 'task' && attributeOf(child, 'checked') === true;
    items.push({ key: keyOf(piece.id), done, shell: false, content: nest(entries) });
  }
  const start = wholeNumber(attributeOf(element, 'start'), 1, 999_999_999);
  return items.length === 0 ? [] : [{ type: 'list', key, style, start, items }];
}

/** Tables become text, one line per row. */
function readTableRow({ element, key, depth }: Source): Entry[] {
  const row: Inline[] = [];
  for (const piece of piecesOf(element)) {
    if (piece.type !== 'child' || !holdsText(piece.child)) continue;
    if (row.length > 0) row.push({ type: 'text', text: ' | ', marks: [] });
    const cell = new InlineReader();
    cell.read(piece, depth + 1);
    for (const inline of cell.content) row.push(inline);
  }
  return [plainParagraph(key, row)];
}

function textContent(text: string): Content {
  const reader = new InlineReader();
  reader.text(text);
  return reader.content;
}

/** The value, or 1 when it is not an integer in this range. */
function wholeNumber(value: unknown, min: number, max: number): number {
  const number = Number.isInteger(value) ? Number(value) : 1;
  return number >= min && number <= max ? number : 1;
}

/**
 * Reads the lines of a plain text. Ignores formats: editors of plain text write none.
 *
 * The key of a line is the id of the line break before it, which stays while the line is edited.
 */
function readPlainLines(text: YjsType): PlainLine[] {
  const lines: PlainLine[] = [];
  let key = 'first';
  let parts: string[] = [];
  const endLine = () => {
    lines.push({ type: 'plainLine', key, content: textContent(parts.join('')) });
    parts = [];
  };
  for (const piece of piecesOf(text)) {
    if (piece.type !== 'text') continue;
    let from = 0;
    for (let to = piece.text.indexOf('\n'); to >= 0; to = piece.text.indexOf('\n', from)) {
      parts.push(withoutReturn(piece.text.slice(from, to)));
      endLine();
      key = keyOf(piece.id, to);
      from = to + 1;
    }
    parts.push(piece.text.slice(from));
  }
  endLine();
  return lines;
}

/** Removes the carriage return of a line that ends with CR LF. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
