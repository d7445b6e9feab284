import { type Command, type EditorState, TextSelection, type Transaction } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';

const { paragraph, codeBlock } = schema.nodes;

/** Inserts a plain line between two blocks, and sets the caret in it. */
export function insertPlainLine(state: EditorState, position: number): Transaction {
  const transaction = state.tr.insert(position, paragraph.create());
  const selection = TextSelection.create(transaction.doc, position + 1);
  return transaction.setSelection(selection).scrollIntoView();
}

/**
 * Appends a plain line after the last block, unless that is a line already. Without it, the caret
 * cannot get below a code block, an image or a rule at the end of the document.
 */
export const appendLine: Command = (state, dispatch) => {
  if (state.doc.lastChild?.type === paragraph) return false;
  dispatch?.(insertPlainLine(state, state.doc.content.size));
  return true;
};

/** Arrow down in the last line of a code block at the end of the document: appends a line. */
export const leaveCodeBlock: Command = (state, dispatch) => {
  const { $head, empty } = state.selection;
  if (!empty || $head.parent.type !== codeBlock) return false;
  const below = $head.parent.textBetween($head.parentOffset, $head.parent.content.size);
  if (below.includes('\n') || $head.after() !== state.doc.content.size) return false;
  return appendLine(state, dispatch);
};

/** Arrow up in the first line of a code block at the start of the document: inserts a line above. */
export const leaveCodeBlockUp: Command = (state, dispatch) => {
  const { $head, empty } = state.selection;
  if (!empty || $head.parent.type !== codeBlock || $head.before() !== 0) return false;
  if ($head.parent.textBetween(0, $head.parentOffset).includes('\n')) return false;
  dispatch?.(insertPlainLine(state, 0));
  return true;
};

/** Enter behind a closing fence in the last line of a code block: ends the block. */
export const closeFence: Command = (state, dispatch) => {
  const { $head, empty } = state.selection;
  const isAtEnd = $head.parentOffset === $head.parent.content.size;
  if (!empty || !isAtEnd || $head.parent.type !== codeBlock) return false;
  const [fence] = /(?:^|\n)(?:```|~~~)$/.exec($head.parent.textContent) ?? [];
  if (fence === undefined) return false;
  const line = insertPlainLine(state, $head.after());
  dispatch?.(line.delete($head.pos - fence.length, $head.pos));
  return true;
};
