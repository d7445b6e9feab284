import { maxIndent } from '../../../protocol/schema.ts';
import type { Block, Content, FlatBlock, Line, ListItem, ListStyle } from './tree.ts';

/**
 * The blocks as our schema stores them, one line after the other: what `nest` does, undone. What
 * other editors have beyond our schema becomes what is nearest: a heading below the third level one
 * of the third, a list in a quote a list.
 */
export function flatten(blocks: readonly Block[], level = 0): FlatBlock[] {
  return blocks.flatMap((block) => flattenBlock(block, level));
}

function flattenBlock(block: Block, level: number): FlatBlock[] {
  switch (block.type) {
    case 'paragraph':
      return [line(block, 'text', level + block.indent)];
    case 'plainLine':
      return [line(block, 'text', 0)];
    case 'heading':
      return [line(block, block.level === 1 ? 'h1' : block.level === 2 ? 'h2' : 'h3', 0)];
    case 'quote':
      return flatten(block.content).map((inner) =>
        inner.type === 'line' && inner.kind === 'text' ? { ...inner, kind: 'quote' } : inner
      );
    case 'list':
      return block.items.flatMap((item) => flattenItem(item, block.key, block.style, level));
    case 'codeBlock':
    case 'image':
      return [{ ...block, indent: atMost(level + block.indent) }];
    case 'rule':
      return [block];
  }
}

function flattenItem(item: ListItem, key: string, style: ListStyle, level: number): FlatBlock[] {
  if (item.shell) return flatten(item.content, level + 1);
  const [first, ...others] = item.content;
  if (first?.type === 'paragraph') {
    return [line(first, style, level, item.done), ...flatten(others, level + 1)];
  }
  return [line({ key, content: [] }, style, level, item.done), ...flatten(item.content, level + 1)];
}

function line(
  { key, content }: { readonly key: string; readonly content: Content },
  kind: Line['kind'],
  indent: number,
  checked = false,
): Line {
  return { type: 'line', key, kind, indent: atMost(indent), checked, content };
}

function atMost(indent: number): number {
  return Math.min(indent, maxIndent);
}
