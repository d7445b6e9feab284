import type { Attrs, Node } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';
import {
  indentOf,
  isChecked,
  isListKind,
  kindOf,
  type LineKind,
  schema,
} from '../../../protocol/schema.ts';

const { paragraph, codeBlock } = schema.nodes;

/** A block of the document, and where it begins. */
export interface Block {
  readonly node: Node;
  readonly position: number;
}

/** The blocks that the selection touches, from the first to the last. */
export function selectedBlocks(state: EditorState): Block[] {
  const blocks: Block[] = [];
  const { from, to } = state.selection;
  state.doc.nodesBetween(from, to, (node, position) => {
    blocks.push({ node, position });
    return false;
  });
  return blocks;
}

/** The lines among them. */
export function selectedLines(state: EditorState): Block[] {
  return selectedBlocks(state).filter(({ node }) => node.type === paragraph);
}

/** Whether all lines of the selection, and at least one, are of this kind. */
export function isKind(state: EditorState, kind: LineKind): boolean {
  const blocks = selectedBlocks(state).filter(({ node }) => node.isTextblock);
  return blocks.length > 0 &&
    blocks.every(({ node }) => node.type === paragraph && kindOf(node.attrs) === kind);
}

/** Whether all of the selection, and at least something, is code blocks. */
export function isCodeBlock(state: EditorState): boolean {
  const blocks = selectedBlocks(state);
  return blocks.length > 0 && blocks.every(({ node }) => node.type === codeBlock);
}

/**
 * Sets attributes of one line, each by a step of its own, and only where they differ: a step that
 * changes nothing would still win over another person's change that happens at the same time.
 */
export function setLine(transaction: Transaction, position: number, attributes: Attrs): void {
  const line = transaction.doc.nodeAt(position);
  if (!line) throw new RangeError(`Cannot set line: nothing at ${position}`);
  for (const [name, value] of Object.entries(attributes)) {
    if (line.attrs[name] !== value) transaction.setNodeAttribute(position, name, value);
  }
}

/** The attributes of a line of this kind at this level: what is default is null, that is absent. */
export function lineAttributes(kind: LineKind, indent: number): Attrs {
  return { kind: kind === 'text' ? null : kind, indent: indent || null, checked: null };
}

/** What changes when a line becomes one of this kind. Only lists keep their level. */
export function asKind(node: Node, kind: LineKind): Attrs {
  return {
    ...lineAttributes(kind, isListKind(kind) ? indentOf(node.attrs) : 0),
    checked: kind === 'task' && isChecked(node.attrs) ? true : null,
  };
}
