import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { plainText } from './plain-text.ts';
import { givenTitleOf } from './root.ts';
import { type Block, textOf } from './tree.ts';

const longestTitle = 120;
const longestDescription = 200;

/**
 * What a document is called: the title it was given, else its first line that has words in it, else
 * `Untitled`. One line, cut after 120 characters; not escaped.
 */
export function titleOf(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): string {
  return oneLineTitleOf(doc) || firstWords(blocks, longestTitle) || 'Untitled';
}

/**
 * The title a document was given, to be shown above its text. Null where there is none, and where
 * the text begins with the same words.
 */
export function headingOf(doc: Y.Doc, blocks: readonly Block[]): string | null {
  const given = oneLineTitleOf(doc);
  return given === '' || given === firstWords(blocks, longestTitle) ? null : given;
}

function oneLineTitleOf(doc: Y.Doc): string {
  return oneLine(givenTitleOf(doc) ?? '', longestTitle);
}

/** The first 200 characters of a document in one line, for search results; empty where there are none. */
export function descriptionOf(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): string {
  const words: string[] = [];
  let length = 0;
  for (const block of blocks) {
    if (length > longestDescription) break;
    const line = oneLine(wordsOf(block), longestDescription + 1);
    if (line === '') continue;
    words.push(line);
    length += line.length + 1;
  }
  return oneLine(words.join(' '), longestDescription);
}

function firstWords(blocks: readonly Block[], longest: number): string {
  for (const block of blocks) {
    const words = block.type === 'list' || block.type === 'quote'
      ? firstWords(childrenOf(block), longest)
      : oneLine(wordsOf(block), longest);
    if (words !== '') return words;
  }
  return '';
}

function wordsOf(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
    case 'heading':
      return textOf(block.content);
    case 'list':
    case 'quote':
      return childrenOf(block).map(wordsOf).join(' ');
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

function oneLine(text: string, longest: number): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  if (line.length <= longest) return line;
  // By code points, so that no character is cut in half.
  return `${Array.from(line.slice(0, longest)).slice(0, -1).join('').trimEnd()}…`;
}
