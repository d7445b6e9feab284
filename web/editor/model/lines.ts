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

/** A block of the document and its position. */
interface Block {
  readonly node: Node;
  readonly position: number;
}

/** The blocks that the selection touches, in document order. */
export function selectedBlocks(state: EditorState): Block[] {
  const blocks: Block[] = [];
  const { from, to } = state.selection;
  state.doc.nodesBetween(from, to, (node, position) => {
    blocks.push({ node, position });
    return false;
  });
  return blocks;
}

/** The lines that the selection touches: its paragraphs. */
export function selectedLines(state: EditorState): Block[] {
  return selectedBlocks(state).filter(({ node }) => node.type === paragraph);
}

/** Whether the selection has lines, and all are of this kind. */
export function isKind(state: EditorState, kind: LineKind): boolean {
  const blocks = selectedBlocks(state).filter(({ node }) => node.isTextblock);
  return blocks.length > 0 &&
    blocks.every(({ node }) => node.type === paragraph && kindOf(node.attrs) === kind);
}

/** Whether the selection has blocks, and all are code blocks. */
export function isCodeBlock(state: EditorState): boolean {
  const blocks = selectedBlocks(state);
  return blocks.length > 0 && blocks.every(({ node }) => node.type === codeBlock);
}

/**
 * Sets attributes of a line or image, one step each, and only those that differ: a step without
 * effect would still overwrite a concurrent change. Throws a `RangeError` if there is no node at
 * `position`.
 */
export function setAttributes(transaction: Transaction, position: number, attributes: Attrs): void {
  const line = transaction.doc.nodeAt(position);
  if (!line) throw new RangeError(`Cannot set attributes: there is no node at ${position}`);
  for (const [name, value] of Object.entries(attributes)) {
    if (line.attrs[name] !== value) transaction.setNodeAttribute(position, name, value);
  }
}

/** Attributes of the line at a position. */
export interface AttributeChange {
  readonly position: number;
  readonly attributes: Attrs;
}

/** From this number of lines on, they change in one step: each step keeps a list of all lines. */
const manyLines = 100;

/** Sets attributes of lines, in document order. See {@link setAttributes}. */
export function setAttributesOf(
  transaction: Transaction,
  changes: readonly AttributeChange[],
): void {
  const [first, last] = [changes[0], changes.at(-1)];
  if (!first || !last) return;
  if (changes.length < manyLines) {
    for (const { position, attributes } of changes) {
      setAttributes(transaction, position, attributes);
    }
    return;
  }
  const { doc, selection } = transaction;
  const wanted = new Map(changes.map(({ position, attributes }) => [position, attributes]));
  const lines: Node[] = [];
  doc.nodesBetween(first.position, last.position + 1, (line, position) => {
    const attributes = { ...line.attrs, ...wanted.get(position) };
    lines.push(line.type.create(attributes, line.content, line.marks));
    return false;
  });
  const end = last.position + lines.at(-1)!.nodeSize; // the last line is among them
  transaction.replaceWith(first.position, end, lines);
  // The lines keep their sizes.
  transaction.setSelection(selection.getBookmark().resolve(transaction.doc));
}

/** The attributes of a line. Defaults are null, and null attributes are absent in Yjs. */
export function lineAttributes(kind: LineKind, indent: number): Attrs {
  return { kind: kind === 'text' ? null : kind, indent: indent || null, checked: null };
}

/** The attributes of a line that becomes another kind. Only list lines keep their level. */
export function asKind(node: Node, kind: LineKind): Attrs {
  return {
    ...lineAttributes(kind, isListKind(kind) ? indentOf(node.attrs) : 0),
    checked: kind === 'task' && isChecked(node.attrs) ? true : null,
  };
}
