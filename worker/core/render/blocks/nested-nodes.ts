import * as Y from 'yjs';
import type { ListStyle } from '../tree.ts';
import { attributeOf, piecesOf, type YjsType } from '../yjs-types.ts';

/** What a node of Slate or Lexical is. */
type NodeKind =
  | { readonly type: 'heading'; readonly level: number }
  | { readonly type: 'list'; readonly style: ListStyle }
  | {
    readonly type: 'quote' | 'item' | 'task' | 'code' | 'rule' | 'image' | 'file' | 'row' | 'other';
  };

const other: NodeKind = { type: 'other' };

/** The types of nodes: of Slate's examples, of Plate, and of Lexical. */
const kinds: ReadonlyMap<unknown, NodeKind> = new Map<unknown, NodeKind>([
  ...['one', 'two', 'three', 'four', 'five', 'six'].flatMap((name, i) => {
    const kind = { type: 'heading', level: i + 1 } as const;
    return [[`heading-${name}`, kind], [`h${i + 1}`, kind]] as const;
  }),
  ['title', { type: 'heading', level: 1 }],
  ['bulleted-list', { type: 'list', style: 'bullet' }],
  ['numbered-list', { type: 'list', style: 'ordered' }],
  ['ul', { type: 'list', style: 'bullet' }],
  ['ol', { type: 'list', style: 'ordered' }],
  ['list-item', { type: 'item' }],
  ['li', { type: 'item' }],
  ['listitem', { type: 'item' }],
  ['check-list-item', { type: 'task' }],
  ['action_item', { type: 'task' }],
  ['block-quote', { type: 'quote' }],
  ['blockquote', { type: 'quote' }],
  ['quote', { type: 'quote' }],
  ['code-block', { type: 'code' }],
  ['code_block', { type: 'code' }],
  ['code', { type: 'code' }],
  ['hr', { type: 'rule' }],
  ['thematic-break', { type: 'rule' }],
  ['horizontalrule', { type: 'rule' }],
  ['image', { type: 'image' }],
  ['img', { type: 'image' }],
  ['video', { type: 'file' }],
  ['media_embed', { type: 'file' }],
  ['file', { type: 'file' }],
  ['table-row', { type: 'row' }],
  ['tablerow', { type: 'row' }],
  ['tr', { type: 'row' }],
]);

const listStyles: ReadonlyMap<unknown, ListStyle> = new Map<unknown, ListStyle>([
  ['bullet', 'bullet'],
  ['number', 'ordered'],
  ['check', 'task'],
]);

/** An attribute of a node. Lexical writes two underscores before each name. */
export function nodeAttribute(node: YjsType, name: string): unknown {
  return attributeOf(node, name) ?? attributeOf(node, `__${name}`);
}

export function kindOfNode(node: YjsType): NodeKind {
  const type = nodeAttribute(node, 'type');
  if (type === 'heading') return kinds.get(nodeAttribute(node, 'tag')) ?? headingOf(node);
  if (type === 'list') {
    return { type: 'list', style: listStyles.get(nodeAttribute(node, 'listType')) ?? 'bullet' };
  }
  return kinds.get(type) ?? other;
}

function headingOf(node: YjsType): NodeKind {
  const level = nodeAttribute(node, 'level');
  const isLevel = Number.isInteger(level) && Number(level) >= 1 && Number(level) <= 6;
  return { type: 'heading', level: isLevel ? Number(level) : 1 };
}

/** The types of nodes that are part of a line. */
const inlineTypes: ReadonlySet<unknown> = new Set([
  'link',
  'a',
  'autolink',
  'mention',
  'badge',
  'button',
  'hashtag',
  'overflow',
  'mark',
]);

/** The address of a link; null for another node. */
export function linkOf(node: YjsType): string | null {
  if (!['link', 'a', 'autolink'].includes(nodeAttribute(node, 'type') as string)) return null;
  const href = nodeAttribute(node, 'url') ?? nodeAttribute(node, 'href');
  return typeof href === 'string' ? href : null;
}

/**
 * Whether a node contains a line, and not blocks: it has text, a format or line break of Lexical, or
 * a node that is part of a line. A node without content counts: it is an empty line.
 */
export function hasInlineContent(node: YjsType): boolean {
  let hasBlocks = false;
  for (const piece of piecesOf(node)) {
    if (piece.type === 'text') return true;
    if (piece.type !== 'child') continue;
    if (piece.child instanceof Y.Map || inlineTypes.has(nodeAttribute(piece.child, 'type'))) {
      return true;
    }
    hasBlocks = true;
  }
  return !hasBlocks;
}
