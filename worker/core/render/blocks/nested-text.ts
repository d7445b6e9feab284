import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { indentOf } from '../../../../protocol/schema.ts';
import { type Content, contentText, type ListItem, type ListStyle } from '../tree.ts';
import { deepText, keyOf, piecesOf, type YjsType } from '../yjs-types.ts';
import {
  imageEntries,
  languageOf,
  lineEntry,
  linkEntries,
  maxListStart,
  wholeNumber,
} from './entries.ts';
import { type Entry, nest } from './nest.ts';
import { NestedInlineReader, textContent } from './nested-inline.ts';
import { hasInlineContent, kindOfNode, nodeAttribute } from './nested-nodes.ts';
import type { BlockCache } from './block-cache.ts';

/**
 * Reads a document of Slate or Lexical: texts within texts, each with the type of its node as an
 * attribute. Knows the types in the documentation of Slate, Plate and Lexical. Of another node it reads
 * the blocks inside, or its text as a line.
 *
 * @see https://docs.slate-yjs.dev/walkthroughs/collaboration-hocuspocus
 * @see https://lexical.dev/docs/collaboration/react
 */
export function readNestedText(root: YjsType, cache: BlockCache | null): Entry[] {
  return readNodes(root, 0, cache);
}

/** A node to read, its key, and its depth in the document. */
interface Source {
  readonly node: YjsType;
  readonly key: string;
  readonly depth: number;
}

function readNodes(container: YjsType, depth: number, cache: BlockCache | null = null): Entry[] {
  const entries: Entry[] = [];
  for (const { node, key } of nodesIn(container)) {
    const read = () => readNode({ node, key, depth });
    for (const entry of cache ? cache.getOrRead(node, read) : read()) entries.push(entry);
  }
  return entries;
}

/** The texts and elements in a node. Not the maps, which are formats and line breaks of Lexical. */
function* nodesIn(container: YjsType): Generator<{ readonly node: YjsType; readonly key: string }> {
  for (const piece of piecesOf(container)) {
    if (piece.type !== 'child') continue;
    const { child: node, id } = piece;
    if (node instanceof Y.XmlText || node instanceof Y.XmlElement) yield { node, key: keyOf(id) };
  }
}

function readNode(source: Source): readonly Entry[] {
  const { node, key, depth } = source;
  if (depth >= limits.typeDepth) return [lineEntry(key, textContent(deepText(node)))];
  const kind = kindOfNode(node);
  switch (kind.type) {
    case 'heading':
      return [{ type: 'heading', key, level: kind.level, content: inlineOf(source) }];
    case 'quote':
      return [{ type: 'quote', key, content: nest(readContent(source)) }];
    case 'list':
      return readList(source, kind.style);
    case 'item':
      return [{ ...lineOf(source), kind: 'bullet' }];
    case 'task': {
      return [{ ...lineOf(source), kind: 'task', checked: isDone(node) }];
    }
    case 'code':
      return [{
        type: 'codeBlock',
        key,
        language: languageOf(nodeAttribute(node, 'language') ?? nodeAttribute(node, 'lang')),
        text: codeOf(source),
        indent: 0,
      }];
    case 'rule':
      return [{ type: 'rule', key }];
    case 'image':
      return imageEntries(key, {
        src: nodeAttribute(node, 'url') ?? nodeAttribute(node, 'src'),
        alt: nodeAttribute(node, 'alt') ?? nodeAttribute(node, 'altText'),
      });
    case 'file':
      return linkEntries(key, { href: nodeAttribute(node, 'url') });
    case 'row':
      return [lineEntry(key, rowOf(source))];
    case 'other':
      return hasInlineContent(node) ? [lineOf(source)] : readNodes(node, depth + 1);
  }
}

/** The blocks in a node; its text as a line if it has no blocks. */
function readContent({ node, key, depth }: Source): Entry[] {
  if (!hasInlineContent(node)) return readNodes(node, depth + 1);
  return [lineEntry(`${key}.t`, inlineOf({ node, key, depth }))];
}

function lineOf(source: Source) {
  const indent = indentOf({ indent: nodeAttribute(source.node, 'indent') });
  return { ...lineEntry(source.key, inlineOf(source)), indent };
}

function inlineOf({ node, depth }: Source): Content {
  const reader = new NestedInlineReader();
  reader.read(node, depth + 1);
  return reader.content;
}

/** An item that contains nothing but a list is the way in which Lexical nests that list. */
function readList({ node, key, depth }: Source, style: ListStyle): Entry[] {
  const items: ListItem[] = [];
  for (const child of nodesIn(node)) {
    const content = nest(readContent({ ...child, depth: depth + 1 }));
    const isNested = content.length > 0 && content.every(({ type }) => type === 'list');
    const last = items.at(-1);
    if (isNested && last) {
      items[items.length - 1] = { ...last, content: [...last.content, ...content] };
    } else {
      const done = style === 'task' && isDone(child.node);
      items.push({ key: child.key, done, shell: isNested, content });
    }
  }
  const start = wholeNumber(nodeAttribute(node, 'start'), 0, maxListStart);
  return items.length === 0 ? [] : [{ type: 'list', key, style, start, items }];
}

function isDone(node: YjsType): boolean {
  return nodeAttribute(node, 'checked') === true;
}

/** Slate and Plate store each line of code as a node, Lexical the line breaks between them. */
function codeOf(source: Source): string {
  if (hasInlineContent(source.node)) return contentText(inlineOf(source));
  const lines: string[] = [];
  for (const { node } of nodesIn(source.node)) lines.push(deepText(node));
  return contentText(textContent(lines.join('\n')));
}

/** The cells of a table's row, as one line. */
function rowOf({ node, depth }: Source): Content {
  const reader = new NestedInlineReader();
  let isFirst = true;
  for (const cell of nodesIn(node)) {
    if (!isFirst) reader.text(' | ');
    isFirst = false;
    reader.read(cell.node, depth + 2);
  }
  return reader.content;
}
