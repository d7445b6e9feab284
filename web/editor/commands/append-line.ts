import { type Command, TextSelection } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';

const { paragraph, codeBlock } = schema.nodes;

/**
 * Begins a plain line below the last block where that is no line: a code block, an image or a rule
 * at the end of a document must not be its end.
 */
export const appendLine: Command = (state, dispatch) => {
  if (state.doc.lastChild?.type === paragraph) return false;
  const end = state.doc.content.size;
  const transaction = state.tr.insert(end, paragraph.create());
  transaction.setSelection(TextSelection.create(transaction.doc, end + 1));
  dispatch?.(transaction.scrollIntoView());
  return true;
};

/** Arrow down on the last line of a code block at the end of the document leaves it. */
export const leaveCodeBlock: Command = (state, dispatch) => {
  const { $head, empty } = state.selection;
  if (!empty || $head.parent.type !== codeBlock) return false;
  const below = $head.parent.textBetween($head.parentOffset, $head.parent.content.size);
  if (below.includes('\n') || $head.after() !== state.doc.content.size) return false;
  return appendLine(state, dispatch);
};
