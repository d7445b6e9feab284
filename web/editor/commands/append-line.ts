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
