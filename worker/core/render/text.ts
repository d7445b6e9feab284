import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { type Block, type List, textOf } from './tree.ts';

/**
 * A document as plain text: its lines as they are, with the signs of lists. A document that is only
 * text comes out as it was typed.
 */
export function renderText(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): string {
  return blocks.flatMap((block) => linesOf(block)).join('\n');
}

/** The lines of a block, without signs for anything but lists, rules and images. */
export function linesOf(block: Block): string[] {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
    case 'heading':
      return textOf(block.content).split('\n');
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
    const sign = style === 'bullet'
      ? '- '
      : style === 'task'
      ? (done ? '[x] ' : '[ ] ')
      : `${start + i}. `;
    const indent = style === 'ordered' ? ' '.repeat(sign.length) : '  ';
    const lines = content.flatMap(linesOf);
    const hasOwnLine = content[0]?.type !== 'list';
    if (shell) return lines.map((line) => `  ${line}`);
    return (hasOwnLine && lines.length > 0 ? lines : ['', ...lines])
      .map((line, j) => (j === 0 ? sign + line : indent + line).trimEnd());
  });
}
