import type * as Y from 'yjs';
import { readBlocks } from './blocks.ts';
import { sanitizeText } from './inline.ts';
import { type Block, contentText } from './tree.ts';
import { storedTitleOf } from './yjs-types.ts';

/** In UTF-16 code units. */
const maxTitleLength = 120;
const maxDescriptionLength = 200;

/**
 * The title of a document: the one that an author has set, else its first line that is not empty, else
 * `Untitled`. One line of at most 120 characters, not escaped.
 */
export function titleOf(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  return oneLineTitleOf(doc) || firstLine(blocks, maxTitleLength) || 'Untitled';
}

/**
 * The title that an author has set, to be shown above the text. Null when there is none, or when the
 * text starts with it.
 */
export function headingOf(doc: Y.Doc, blocks: readonly Block[]): string | null {
  const title = oneLineTitleOf(doc);
  return title === '' || title === firstLine(blocks, maxTitleLength) ? null : title;
}

function oneLineTitleOf(doc: Y.Doc): string {
  return oneLine(storedTitleOf(doc) ?? '', maxTitleLength);
}

/** The first 200 characters of a document in one line, for search results. May be empty. */
export function descriptionOf(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const lines: string[] = [];
  let length = 0;
  for (const block of blocks) {
    if (length > maxDescriptionLength) break;
    const line = oneLine(blockText(block), maxDescriptionLength + 1);
    if (line === '') continue;
    lines.push(line);
    length += line.length + 1;
  }
  return oneLine(lines.join(' '), maxDescriptionLength);
}

function firstLine(blocks: readonly Block[], maxLength: number): string {
  for (const block of blocks) {
    const line = block.type === 'list' || block.type === 'quote'
      ? firstLine(childrenOf(block), maxLength)
      : oneLine(blockText(block), maxLength);
    if (line !== '') return line;
  }
  return '';
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
    case 'heading':
      return contentText(block.content);
    case 'list':
    case 'quote':
      return childrenOf(block).map(blockText).join(' ');
    case 'codeBlock':
      return block.text;
    case 'image':
      return block.alt;
    case 'rule':
      return '';
  }
}

function childrenOf(block: Block & { readonly type: 'list' | 'quote' }): readonly Block[] {
  return block.type === 'quote' ? block.content : block.items.flatMap((item) => item.content);
}

function oneLine(text: string, maxLength: number): string {
  const line = sanitizeText(text).replace(/\s+/g, ' ').trim();
  if (line.length <= maxLength) return line;
  // By code points, to keep surrogate pairs whole.
  return `${Array.from(line.slice(0, maxLength)).slice(0, -1).join('').trimEnd()}…`;
}
