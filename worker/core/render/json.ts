import type * as Y from 'yjs';
import { maxIndent } from '../../../protocol/schema.ts';
import { readBlocks } from './blocks.ts';
import { sanitizeText } from './inline.ts';
import type { Block, Content, FlatBlock, Line, ListItem, ListStyle } from './tree.ts';
import { storedTitleOf } from './yjs-types.ts';

/** A node for ProseMirror's `Node.fromJSON`, without attributes that have their default. */
interface JsonNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string | number | boolean>>;
  readonly content?: readonly JsonNode[];
  readonly text?: string;
  readonly marks?: readonly JsonMark[];
}

interface JsonMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

/**
 * Renders ProseMirror JSON of our schema, also for documents of other editors. A title that an author
 * has set is in `attrs` of the document, which our schema ignores.
 */
export function renderJson(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): JsonNode {
  const content = flatten(blocks).map(nodeOf);
  const title = storedTitleOf(doc);
  return {
    type: 'doc',
    ...(title && { attrs: { title: sanitizeText(title) } }),
    // The schema requires at least one block.
    content: content.length > 0 ? content : [{ type: 'paragraph' }],
  };
}

function nodeOf(block: FlatBlock): JsonNode {
  switch (block.type) {
    case 'line': {
      const { kind, indent, checked, content } = block;
      return node('paragraph', {
        kind: kind === 'text' ? null : kind,
        indent,
        checked,
      }, contentOf(content));
    }
    case 'codeBlock': {
      const { language, indent, text } = block;
      return node('codeBlock', { language, indent }, text === '' ? [] : [{ type: 'text', text }]);
    }
    case 'image': {
      const { src, alt, title, indent } = block;
      return node('image', { src, alt, title, indent }, []);
    }
    case 'rule':
      return { type: 'horizontalRule' };
  }
}

/** Omits null, 0, false and empty text: they are the defaults of our schema. */
function node(
  type: string,
  attributes: Readonly<Record<string, string | number | boolean | null>>,
  content: readonly JsonNode[],
): JsonNode {
  const attrs: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) if (value) attrs[name] = value;
  return {
    type,
    ...(Object.keys(attrs).length > 0 && { attrs }),
    ...(content.length > 0 && { content }),
  };
}

function contentOf(content: Content): JsonNode[] {
  return content.map((inline) => {
    if (inline.type === 'hardBreak') return inline;
    const marks = inline.marks.map((mark) =>
      mark.type === 'link' ? { type: 'link', attrs: { href: mark.href } } : { type: mark.type }
    );
    return { type: 'text', text: inline.text, ...(marks.length > 0 && { marks }) };
  });
}

/**
 * Reverses `nest`: flattens blocks to the lines of our schema. What our schema does not have becomes
 * what is nearest: a heading below level 3 becomes one of level 3, a list inside a quote becomes a list.
 */
function flatten(blocks: readonly Block[], level = 0): FlatBlock[] {
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
      return [{ ...block, indent: clampIndent(level + block.indent) }];
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
  return { type: 'line', key, kind, indent: clampIndent(indent), checked, content };
}

function clampIndent(indent: number): number {
  return Math.min(indent, maxIndent);
}
