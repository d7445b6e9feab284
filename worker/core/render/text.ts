import type * as Y from 'yjs';
import { readBlocks } from './blocks.ts';
import { type Block, contentText, type List } from './tree.ts';

/** Renders plain text: the lines with list markers. A plain-text document stays as it was typed. */
export function renderText(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  return blocks.flatMap((block) => linesOf(block)).join('\n');
}

function linesOf(block: Block): string[] {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
    case 'heading':
      return contentText(block.content).split('\n');
    case 'quote':
      return block.content.flatMap(linesOf);
    case 'list':
      return listLines(block);
    case 'codeBlock':
      return block.text.split('\n');
    case 'image':
      return block.alt === '' ? [] : [block.alt];
    case 'rule':
      return ['---'];
  }
}

function listLines({ style, start, items }: List): string[] {
  return items.flatMap(({ content, done, shell }, i) => {
    const marker = style === 'bullet'
      ? '- '
      : style === 'task'
      ? (done ? '[x] ' : '[ ] ')
      : `${start + i}. `;
    const indent = style === 'ordered' ? ' '.repeat(marker.length) : '  ';
    const lines = content.flatMap(linesOf);
    const hasOwnLine = content[0]?.type !== 'list';
    if (shell) return lines.map((line) => `  ${line}`);
    return (hasOwnLine && lines.length > 0 ? lines : ['', ...lines])
      .map((line, j) => (j === 0 ? marker + line : indent + line).trimEnd());
  });
}
