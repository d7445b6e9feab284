import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { indentOf, isChecked, kindOf } from '../../../protocol/schema.ts';
import type { BlockCache } from './blocks/block-cache.ts';
import { blockNoteReaders, indentEntries, readBlockNoteImage } from './blocks/block-note.ts';
import { readDeltaLines } from './blocks/delta-lines.ts';
import {
  imageEntries,
  languageOf,
  lineEntry,
  maxListStart,
  wholeNumber,
} from './blocks/entries.ts';
import { textContent } from './blocks/nested-inline.ts';
import { readNestedText } from './blocks/nested-text.ts';
import { InlineReader, readInline } from './inline.ts';
import { limitOutput } from './limit-output.ts';
import { type Entry, nest } from './blocks/nest.ts';
import {
  type Block,
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
  type Root,
  rootOf,
  type YjsType,
} from './yjs-types.ts';

/**
 * Reads the blocks of a document, from which every format is rendered.
 *
 * This is where untrusted content becomes safe to show. It knows our schema and those of other editors, and
 * accepts what is on their lists; of anything else it keeps the text or nothing. It does not throw, whatever
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
  const blocks = readRoot(root, cache);
  // A line of a text with formats may be nothing but a line break.
  return root.form === 'rich-text' ? limitOutput(blocks, 1) : limitOutput(blocks);
}

function readRoot({ type, form }: Root, cache: BlockCache | null): readonly Block[] {
  switch (form) {
    case 'elements':
      return nest(readEntries(blocksIn(type), 0, cache));
    case 'nested-text':
      return nest(readNestedText(type, cache));
    case 'rich-text':
      return nest(readDeltaLines(type));
    case 'plain-text':
      return readPlainLines(type);
  }
}

/** BlockNote has all blocks in one element. Read as the root, its blocks are cached one by one. */
function blocksIn(root: YjsType): YjsType {
  for (const piece of piecesOf(root)) {
    return piece.type === 'child' && isElement(piece.child, 'blockGroup') ? piece.child : root;
  }
  return root;
}

/** An element to read, its key, and its depth in the document. */
interface Source {
  readonly element: Y.XmlElement;
  readonly key: string;
  readonly depth: number;
}

/** How to read the elements of editors. Other elements are replaced by their content. */
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
  ['blockGroup', (source) => indentEntries(readEntries(source.element, source.depth))],
  ...blockNoteReaders,
]);

/** Reads the blocks in a container. Text that is not in a block becomes a line. */
function readEntries(container: YjsType, depth: number, cache: BlockCache | null = null): Entry[] {
  const entries: Entry[] = [];
  let loose = new InlineReader();
  let key = '';
  const endLooseText = () => {
    if (loose.content.length > 0) entries.push(lineEntry(key, loose.content));
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
  return [{
    type: 'codeBlock',
    key,
    language: languageOf(attributeOf(element, 'language')),
    text: contentText(readInline(element, depth)),
    indent: indentOf({ indent: attributeOf(element, 'indent') }),
  }];
}

function readRule({ key }: Source): Entry[] {
  return [{ type: 'rule', key }];
}

function readImage(source: Source): readonly Entry[] {
  const { element, key } = source;
  if (attributeOf(element, 'url') !== undefined) return readBlockNoteImage(source);
  return imageEntries(key, {
    src: attributeOf(element, 'src'),
    alt: attributeOf(element, 'alt'),
    title: attributeOf(element, 'title'),
    indent: indentOf({ indent: attributeOf(element, 'indent') }),
  });
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
      ? [lineEntry(`${keyOf(piece.id)}.t`, textContent(deepText(child)))]
      : isItem || !(child instanceof Y.XmlFragment)
      ? readEntries(child, depth + 1)
      : readChild(child, `${keyOf(piece.id)}.t`, depth + 1);
    const done = style === 'task' && attributeOf(child, 'checked') === true;
    items.push({ key: keyOf(piece.id), done, shell: false, content: nest(entries) });
  }
  const start = wholeNumber(attributeOf(element, 'start'), 1, maxListStart);
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
  return [lineEntry(key, row)];
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
