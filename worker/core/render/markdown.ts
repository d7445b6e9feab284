import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { escapeMarkdown } from './markdown-escape.ts';
import { fenceFor } from './markdown-fence.ts';
import { destination, inlineMarkdown, oneLineMarkdown } from './markdown-inline.ts';
import type { Block, CodeBlock, Image, Inline, List, ListItem } from './tree.ts';

/**
 * A document as Markdown: CommonMark, with the strike and the tasks of GFM. Text stays text: what
 * looks like a sign is escaped. Lost are underlining, empty lines, and the indent of what is not in
 * a list. The result is as little to be trusted as the document; links and images have safe
 * addresses.
 */
export function renderMarkdown(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): string {
  const markdown = blocksMarkdown(blocks, '\n\n');
  return markdown === '' ? '' : `${markdown}\n`;
}

/** What a list needs to know of the place it stands in. */
interface ListPlace {
  /** A list right after another of its kind uses the other sign, or it would go on with that one. */
  readonly usesOtherSign: boolean;
  readonly isNested: boolean;
}

function blocksMarkdown(blocks: readonly Block[], separator: string, isNested = false): string {
  const written: string[] = [];
  let previous: List | null = null;
  let usesOtherSign = false;
  for (const block of joinPlainLines(blocks)) {
    let markdown: string;
    if (block.type === 'list') {
      const isSameKind = previous !== null && isOrdered(previous) === isOrdered(block);
      usesOtherSign = isSameKind && !usesOtherSign;
      markdown = listMarkdown(block, { usesOtherSign, isNested });
      previous = block;
    } else {
      markdown = blockMarkdown(block);
      // An empty line leaves nothing behind that would part two lists.
      if (markdown === '') continue;
      previous = null;
      usesOtherSign = false;
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
      // Not `---` or `***`: after the sign of a list item these would be read together with it.
      return '___';
  }
}

function isOrdered({ style }: List): boolean {
  return style === 'ordered';
}

function listMarkdown(list: List, { usesOtherSign, isNested }: ListPlace): string {
  const isTight = list.items.every(({ content }) => isTightItem(content));
  const items = list.items.map((item, i) => {
    const sign = isOrdered(list)
      ? `${list.start + i}${usesOtherSign ? ')' : '.'}`
      : usesOtherSign
      ? '*'
      : '-';
    const text = itemMarkdown(item, list, isTight ? '\n' : '\n\n', isNested);
    return prefixed(text, `${sign} `, ' '.repeat(sign.length + 1));
  });
  return items.join(isTight ? '\n' : '\n\n');
}

/**
 * Whether an item can do without empty lines: a line, and lists that may follow it directly. A list
 * that begins with another number than 1 may not.
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
  const box = style === 'task' && !shell ? (done ? '[x] ' : '[ ] ') : '';
  if (hasLine || shell) return box + text;
  if (text === '') {
    // Nested, a sign alone would be read as the underline of a heading, or with others as a rule.
    return box === '' && !isNested ? '' : box + blank;
  }
  // Without a line of its own the item would be none but a step to a deeper one.
  return box !== '' || first?.type === 'paragraph' ? box + blank + separator + text : text;
}

/** A space that is kept. */
const blank = '&#32;';

function codeMarkdown({ language, text }: CodeBlock): string {
  const fence = fenceFor(text, 3);
  return `${fence}${language ?? ''}\n${text === '' ? '' : `${text}\n`}${fence}`;
}

function imageMarkdown({ src, alt, title }: Image): string {
  const inside = { startsLine: false, endsLine: false, encodeFirst: false, encodeLast: false };
  const hint = title === null ? '' : ` "${escapeMarkdown(title, inside).replaceAll('"', '\\"')}"`;
  return `![${escapeMarkdown(alt, inside)}](${destination(src)}${hint})`;
}

/** The text with one prefix before its first line and another before the rest. */
function prefixed(text: string, first: string, rest: string): string {
  return text.split('\n')
    .map((line, i) => {
      const prefix = i === 0 ? first : rest;
      return line === '' ? prefix.trimEnd() : prefix + line;
    })
    .join('\n');
}

/** Lines of a plain text that no empty line parts are one paragraph. */
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
