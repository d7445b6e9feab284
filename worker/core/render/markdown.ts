import type * as Y from 'yjs';
import { readBlocks } from './blocks.ts';
import {
  backtickFence,
  escapeDestination,
  escapeMarkdown,
  inlineMarkdown,
  oneLineMarkdown,
} from './inline-markdown.ts';
import type { Block, CodeBlock, Image, Inline, List, ListItem } from './tree.ts';

/**
 * Renders Markdown: CommonMark with the strikethrough and task lists of GFM. Escapes text that looks
 * like Markdown. Loses underlining, empty lines, and the indent of blocks outside of a list.
 *
 * The result is as untrusted as the document, except that the addresses of links and images are safe.
 */
export function renderMarkdown(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const markdown = blocksMarkdown(blocks, '\n\n');
  return markdown === '' ? '' : `${markdown}\n`;
}

interface ListContext {
  /** Whether to use the alternative marker: with the same one it would continue the list above it. */
  readonly usesOtherMarker: boolean;
  readonly isNested: boolean;
}

function blocksMarkdown(blocks: readonly Block[], separator: string, isNested = false): string {
  const written: string[] = [];
  let previous: List | null = null;
  let usesOtherMarker = false;
  for (const block of joinPlainLines(blocks)) {
    let markdown: string;
    if (block.type === 'list') {
      const isSameKind = previous !== null && isOrdered(previous) === isOrdered(block);
      usesOtherMarker = isSameKind && !usesOtherMarker;
      markdown = listMarkdown(block, { usesOtherMarker, isNested });
      previous = block;
    } else {
      markdown = blockMarkdown(block);
      // An empty line has no Markdown, so it does not separate two lists.
      if (markdown === '') continue;
      previous = null;
      usesOtherMarker = false;
    }
    written.push(markdown);
  }
  return written.join(separator);
}

function blockMarkdown(block: Exclude<Block, List>): string {
  switch (block.type) {
    case 'paragraph':
    case 'plainLine':
      return inlineMarkdown(block.content);
    case 'heading': {
      const text = oneLineMarkdown(block.content);
      return text === '' ? '' : `${'#'.repeat(block.level)} ${text}`;
    }
    case 'quote':
      return prefixed(blocksMarkdown(block.content, '\n\n'), '> ', '> ');
    case 'codeBlock':
      return codeMarkdown(block);
    case 'image':
      return imageMarkdown(block);
    case 'rule':
      // Not `---` or `***`: with the marker of a list item before it, either would be another rule.
      return '___';
  }
}

function isOrdered({ style }: List): boolean {
  return style === 'ordered';
}

function listMarkdown(list: List, { usesOtherMarker, isNested }: ListContext): string {
  const isTight = list.items.every(({ content }) => isTightItem(content));
  const items = list.items.map((item, i) => {
    const marker = isOrdered(list)
      ? `${list.start + i}${usesOtherMarker ? ')' : '.'}`
      : usesOtherMarker
      ? '*'
      : '-';
    const text = itemMarkdown(item, list, isTight ? '\n' : '\n\n', isNested);
    return prefixed(text, `${marker} `, ' '.repeat(marker.length + 1));
  });
  return items.join(isTight ? '\n' : '\n\n');
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

function itemMarkdown(
  { content, done, shell }: ListItem,
  { style }: List,
  separator: string,
  isNested: boolean,
): string {
  const text = blocksMarkdown(content, separator, true);
  const [first] = content;
  const hasLine = first?.type === 'paragraph' && inlineMarkdown(first.content) !== '';
  const checkbox = style === 'task' && !shell ? (done ? '[x] ' : '[ ] ') : '';
  if (hasLine || shell) return checkbox + text;
  if (text === '') {
    // A nested marker alone would underline a heading, and several would be a rule.
    return checkbox === '' && !isNested ? '' : checkbox + blank;
  }
  // Without a line of its own the item would only indent the blocks inside it.
  return checkbox !== '' || first?.type === 'paragraph'
    ? checkbox + blank + separator + text
    : text;
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

/** Adds one prefix to the first line and another to the others. */
function prefixed(text: string, first: string, rest: string): string {
  return text.split('\n')
    .map((line, i) => {
      const prefix = i === 0 ? first : rest;
      return line === '' ? prefix.trimEnd() : prefix + line;
    })
    .join('\n');
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
      content.push({ type: 'hardBreak' }, ...block.content);
    }
  }
  return joined;
}
