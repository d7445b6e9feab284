import type * as Y from 'yjs';
import { readBlocks } from './blocks.ts';
import {
  backtickFence,
  escapeDestination,
  escapeMarkdown,
  inlineMarkdown,
  oneLineMarkdown,
} from './inline-markdown.ts';
import { IndentedLines } from './indented-lines.ts';
import type { Block, CodeBlock, Image, Inline, List, ListItem } from './tree.ts';

/**
 * Renders Markdown: CommonMark with the strikethrough and task lists of GFM. Escapes text that looks
 * like Markdown. Loses underlining, empty lines, and the indent of blocks outside of a list.
 *
 * The result is as untrusted as the document, except that the addresses of links and images are safe.
 */
export function renderMarkdown(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const lines = new IndentedLines();
  writeBlocks(lines, blocks, { isLoose: true, isNested: false });
  const markdown = lines.toString();
  return markdown === '' ? '' : `${markdown}\n`;
}

interface BlockContext {
  /** Whether empty lines separate the blocks. */
  readonly isLoose: boolean;
  /** Whether the blocks are in a list. */
  readonly isNested: boolean;
}

interface ListContext {
  /** Whether to use the alternative marker: with the same one it would continue the list above it. */
  readonly usesOtherMarker: boolean;
  readonly isNested: boolean;
}

function writeBlocks(
  lines: IndentedLines,
  blocks: readonly Block[],
  { isLoose, isNested }: BlockContext,
): void {
  let previous: Block | null = null;
  let usesOtherMarker = false;
  for (const block of joinPlainLines(blocks)) {
    // An empty line has no Markdown, so it does not separate two lists.
    if (isEmpty(block)) continue;
    if (previous !== null && isLoose) lines.add('');
    if (block.type === 'list') {
      const isSameKind = previous?.type === 'list' && isOrdered(previous) === isOrdered(block);
      usesOtherMarker = isSameKind && !usesOtherMarker;
      writeList(lines, block, { usesOtherMarker, isNested });
    } else {
      usesOtherMarker = false;
      writeBlock(lines, block);
    }
    previous = block;
  }
}

/** Whether a block has no Markdown. Hard breaks become spaces in a heading, and nothing elsewhere. */
function isEmpty(block: Block): boolean {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
      return !block.content.some(({ type }) => type === 'text');
    case 'heading':
      return block.content.length === 0;
    default:
      return false;
  }
}

function writeBlock(lines: IndentedLines, block: Exclude<Block, List>): void {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
      return lines.add(inlineMarkdown(block.content));
    case 'heading':
      return lines.add(`${'#'.repeat(block.level)} ${oneLineMarkdown(block.content)}`);
    case 'quote':
      return lines.indent('> ', '> ', () => {
        writeBlocks(lines, block.content, { isLoose: true, isNested: false });
      });
    case 'codeBlock':
      return lines.add(codeMarkdown(block));
    case 'image':
      return lines.add(imageMarkdown(block));
    case 'rule':
      // Not `---` or `***`: with the marker of a list item before it, either would be another rule.
      return lines.add('___');
  }
}

function isOrdered({ style }: List): boolean {
  return style === 'ordered';
}

function writeList(
  lines: IndentedLines,
  list: List,
  { usesOtherMarker, isNested }: ListContext,
): void {
  const isLoose = !list.items.every(({ content }) => isTightItem(content));
  list.items.forEach((item, i) => {
    if (i > 0 && isLoose) lines.add('');
    const marker = isOrdered(list)
      ? `${list.start + i}${usesOtherMarker ? ')' : '.'}`
      : usesOtherMarker
      ? '*'
      : '-';
    lines.indent(`${marker} `, ' '.repeat(marker.length + 1), () => {
      writeItem(lines, item, { style: list.style, isLoose, isNested });
    });
  });
}

/**
 * Whether an item needs no empty lines: it has a line, and lists that may follow it directly. A list
 * that does not start at 1 cannot interrupt a paragraph.
 */
function isTightItem(content: readonly Block[]): boolean {
  return content.every((block, i) =>
    block.type === 'list' ? block.start === 1 : block.type === 'paragraph' && i === 0
  );
}

function writeItem(
  lines: IndentedLines,
  { content, done, shell }: ListItem,
  { style, isLoose, isNested }: BlockContext & { readonly style: List['style'] },
): void {
  const [first] = content;
  const hasLine = first?.type === 'paragraph' && !isEmpty(first);
  const checkbox = style === 'task' && !shell ? (done ? '[x] ' : '[ ] ') : '';
  if (hasLine || shell) {
    lines.mark(checkbox);
  } else if (content.every(isEmpty)) {
    // A nested marker alone would underline a heading, and several would be a rule.
    return lines.add(checkbox === '' && !isNested ? '' : checkbox + blank);
  } else if (checkbox !== '' || first?.type === 'paragraph') {
    // Without a line of its own the item would only indent the blocks inside it.
    lines.add(checkbox + blank);
    if (isLoose) lines.add('');
  }
  writeBlocks(lines, content, { isLoose, isNested: true });
}

/** A space that Markdown does not strip. */
const blank = '&#32;';

function codeMarkdown({ language, text }: CodeBlock): string {
  const fence = backtickFence(text, 3);
  return `${fence}${language ?? ''}\n${text === '' ? '' : `${text}\n`}${fence}`;
}

function imageMarkdown({ src, alt, title }: Image): string {
  const context = { startsLine: false, endsLine: false, encodeFirst: false, encodeLast: false };
  const titlePart = title === null
    ? ''
    : ` "${escapeMarkdown(title, context).replaceAll('"', '\\"')}"`;
  return `![${escapeMarkdown(alt, context)}](${escapeDestination(src)}${titlePart})`;
}

/** Merges adjacent lines of plain text into paragraphs, separated by empty lines. */
function joinPlainLines(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  let content: Inline[] | null = null;
  for (const block of blocks) {
    if (block.type !== 'plainLine') {
      joined.push(block);
    } else if (block.content.length === 0) {
      content = null;
    } else if (content === null) {
      content = [...block.content];
      joined.push({ ...block, content });
    } else {
      content.push({ type: 'hardBreak' });
      // Not with a spread: a line may have more texts than a call has arguments.
      for (const inline of block.content) content.push(inline);
    }
  }
  return joined;
}
