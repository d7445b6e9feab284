import type * as Y from 'yjs';
import { readBlocks } from './blocks.ts';
import { IndentedLines } from './indented-lines.ts';
import { type Block, contentText, type List } from './tree.ts';

/** Renders plain text: the lines with list markers. A plain-text document stays as it was typed. */
export function renderText(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const lines = new IndentedLines();
  for (const block of blocks) writeBlock(lines, block, { inList: false });
  return lines.toString();
}

interface Surroundings {
  /** Lines of a list have no spaces at the end. */
  readonly inList: boolean;
}

function writeBlock(lines: IndentedLines, block: Block, around: Surroundings): void {
  const add = (text: string) => lines.add(around.inList ? trimLineEnds(text) : text);
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
    case 'heading':
      return add(contentText(block.content));
    case 'quote':
      return block.content.forEach((inner) => writeBlock(lines, inner, around));
    case 'list':
      return writeList(lines, block);
    case 'codeBlock':
      return add(block.text);
    case 'image':
      return block.alt === '' ? undefined : add(block.alt);
    case 'rule':
      return add('---');
  }
}

function writeList(lines: IndentedLines, { style, start, items }: List): void {
  items.forEach(({ content, done, shell }, i) => {
    const writeContent = () => {
      for (const block of content) writeBlock(lines, block, { inList: true });
    };
    if (shell) return lines.indent('  ', '  ', writeContent);
    const marker = style === 'bullet'
      ? '- '
      : style === 'task'
      ? (done ? '[x] ' : '[ ] ')
      : `${start + i}. `;
    const indentation = style === 'ordered' ? ' '.repeat(marker.length) : '  ';
    lines.indent(marker, indentation, () => {
      if (content[0]?.type === 'list') lines.add('');
      writeContent();
    });
  });
}

function trimLineEnds(text: string): string {
  return text.includes('\n')
    ? text.split('\n').map((line) => line.trimEnd()).join('\n')
    : text.trimEnd();
}
