import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { safeImageSource } from '../../../protocol/safe-href.ts';
import { indentOf, isChecked, kindOf } from '../../../protocol/schema.ts';
import { elementNameOf, holdsText, inlineOf, InlineReader, isElement } from './inline.ts';
import type { BlockCache } from './block-cache.ts';
import { type Entry, nest } from './nest.ts';
import { plainLinesOf } from './plain-lines.ts';
import { plainText } from './plain-text.ts';
import { rootOf } from './root.ts';
import {
  type Block,
  type Content,
  type Inline,
  type ListItem,
  type ListStyle,
  textOf,
} from './tree.ts';
import { allTextOf, attributeOf, keyOf, piecesOf, type YjsType } from './yjs-pieces.ts';

/**
 * The blocks of a document, as every format is written from them.
 *
 * This is where content that anybody may have written becomes content that may be shown. It knows
 * our schema and Tiptap's, and takes what is on its lists; of everything else it keeps the words or
 * nothing. It does not throw, whatever the document holds, and goes as deep as `limits.typeDepth`:
 * what lies deeper is shown as one text. The document is not changed, and deleted content not seen.
 *
 * With a memory, which must have watched the document from its beginning, what has not changed is
 * not read again, and lines that are the same have the very same content.
 */
export function blocksOf(doc: Y.Doc, memory: BlockCache | null = null): readonly Block[] {
  const root = rootOf(doc);
  if (root === null) return [];
  return root.isPlainText ? plainLinesOf(root.type) : nest(entriesOf(root.type, 0, memory));
}

/** An element on its way to a block, and how deep it lies. */
interface Source {
  readonly element: Y.XmlElement;
  readonly key: string;
  readonly depth: number;
}

/** Our own names and Tiptap's. What is not here is taken apart, and its content read in its place. */
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

/** The blocks in a container. Words that stand in it without a block around them get a line. */
function entriesOf(container: YjsType, depth: number, memory: BlockCache | null = null): Entry[] {
  const entries: Entry[] = [];
  let words = new InlineReader();
  let key = '';
  const endWords = () => {
    if (words.content.length > 0) entries.push(plainParagraph(key, words.content));
    words = new InlineReader();
  };
  for (const piece of piecesOf(container)) {
    const child = piece.type === 'child' && depth < limits.typeDepth ? piece.child : null;
    if (child instanceof Y.XmlFragment && !isElement(child, 'hardBreak')) {
      endWords();
      const read = () => entriesOfChild(child, keyOf(piece.id), depth + 1);
      for (const entry of memory ? memory.getOrRender(child, read) : read()) entries.push(entry);
    } else {
      if (words.content.length === 0) key = keyOf(piece.id);
      words.read(piece, depth + 1);
    }
  }
  endWords();
  return entries;
}

function entriesOfChild(child: Y.XmlFragment, key: string, depth: number): readonly Entry[] {
  const read = readers.get(elementNameOf(child) ?? '');
  return read && child instanceof Y.XmlElement
    ? read({ element: child, key, depth })
    : entriesOf(child, depth);
}

function plainParagraph(key: string, content: Content): Entry {
  return { type: 'line', key, kind: 'text', indent: 0, checked: false, content };
}

/** The line of our schema. A Tiptap paragraph is one without attributes. */
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
    content: inlineOf(element, depth),
  }];
}

function readHeading({ element, key, depth }: Source): Entry[] {
  const level = wholeNumber(attributeOf(element, 'level'), 1, 6);
  return [{ type: 'heading', key, level, content: inlineOf(element, depth) }];
}

function readCodeBlock({ element, key, depth }: Source): Entry[] {
  const language = attributeOf(element, 'language');
  // The name ends up in a class, and in the first line of a Markdown fence.
  const isName = typeof language === 'string' && /^[\w+#.-]{1,32}$/.test(language);
  return [{
    type: 'codeBlock',
    key,
    language: isName ? language : null,
    text: textOf(inlineOf(element, depth)),
    indent: indentOf({ indent: attributeOf(element, 'indent') }),
  }];
}

function readRule({ key }: Source): Entry[] {
  return [{ type: 'rule', key }];
}

/** An image from a place that images may not come from leaves its description. */
function readImage({ element, key }: Source): Entry[] {
  const text = (name: string) => {
    const value = attributeOf(element, name);
    return typeof value === 'string' ? plainText(value).replaceAll('\n', ' ') : '';
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
  return [{ type: 'quote', key, content: nest(entriesOf(element, depth)) }];
}

function readList({ element, key, depth }: Source, style: ListStyle): Entry[] {
  const items: ListItem[] = [];
  for (const piece of piecesOf(element)) {
    if (piece.type !== 'child' || !holdsText(piece.child)) continue;
    const { child } = piece;
    const isItem = isElement(child, 'listItem') || isElement(child, 'taskItem');
    const entries = depth >= limits.typeDepth
      ? [plainParagraph(`${keyOf(piece.id)}.t`, textContent(allTextOf(child)))]
      : isItem || !(child instanceof Y.XmlFragment)
      ? entriesOf(child, depth + 1)
      : entriesOfChild(child, `${keyOf(piece.id)}.t`, depth + 1);
    const done = style === 'task' && attributeOf(child, 'checked') === true;
    items.push({ key: keyOf(piece.id), done, shell: false, content: nest(entries) });
  }
  const start = wholeNumber(attributeOf(element, 'start'), 1, 999_999_999);
  return items.length === 0 ? [] : [{ type: 'list', key, style, start, items }];
}

/** Tables are shown as text, a row to a line. */
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

/** The number, or 1 where it is none or out of range. */
function wholeNumber(value: unknown, least: number, most: number): number {
  const number = Number.isInteger(value) ? Number(value) : 1;
  return number >= least && number <= most ? number : 1;
}
