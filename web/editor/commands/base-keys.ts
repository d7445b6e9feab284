import type { Node } from 'prosemirror-model';
import {
  AllSelection,
  type Command,
  NodeSelection,
  TextSelection,
  type Transaction,
} from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { insertPlainLine } from './append-line.ts';
import { chainCommands } from './chain-commands.ts';
import { isApple } from './is-apple.ts';

const { codeBlock } = schema.nodes;

const deleteSelection: Command = (state, dispatch) => {
  if (state.selection.empty) return false;
  dispatch?.(state.tr.deleteSelection().scrollIntoView());
  return true;
};

/** Backspace at the start of a block ("above"), or Delete at its end ("below"). */
function join(side: 'above' | 'below'): Command {
  return (state, dispatch, view) => {
    const { $head, empty } = state.selection;
    const { parent, parentOffset } = $head;
    if (!empty || !parent.isTextblock) return false;
    const isAbove = side === 'above';
    const isAtEdge = view
      ? view.endOfTextblock(isAbove ? 'backward' : 'forward', state)
      : parentOffset === (isAbove ? 0 : parent.content.size);
    if (!isAtEdge) return false;
    const edge = isAbove ? $head.before() : $head.after();
    const { nodeBefore, nodeAfter } = state.doc.resolve(edge);
    if (!nodeBefore || !nodeAfter) return false;
    if (dispatch) dispatch(joinBlocks(state.tr, edge, nodeBefore, nodeAfter).scrollIntoView());
    return true;
  };
}

/**
 * Joins two text blocks. The upper one keeps its kind, unless it is empty: then it is deleted. Next
 * to an image or rule, deletes that, or, if the text block is empty, deletes the text block and
 * selects the image or rule.
 */
function joinBlocks(transaction: Transaction, edge: number, before: Node, after: Node) {
  const [start, end] = [edge - before.nodeSize, edge + after.nodeSize];
  if (before.isTextblock && after.isTextblock) {
    return before.content.size === 0 ? transaction.delete(start, edge) : transaction.join(edge);
  }
  const [text, from, to] = before.isTextblock ? [before, start, edge] : [after, edge, end];
  if (text.content.size > 0) {
    return before.isTextblock ? transaction.delete(edge, end) : transaction.delete(start, edge);
  }
  transaction.delete(from, to);
  return transaction.setSelection(NodeSelection.create(transaction.doc, start));
}

/** Enter in code. Replaces the selection, even if it ends beyond the code block. */
const breakLineInCode: Command = (state, dispatch) => {
  const { selection } = state;
  if (!(selection instanceof TextSelection) || selection.$from.parent.type !== codeBlock) {
    return false;
  }
  if (!dispatch) return true;
  const transaction = state.tr.deleteSelection();
  dispatch(transaction.insertText('\n').scrollIntoView());
  return true;
};

/** Enter on an image or rule: inserts a line below it, or above it at the start of the document. */
const insertLineBeside: Command = (state, dispatch) => {
  if (!(state.selection instanceof NodeSelection)) return false;
  const { from, to } = state.selection;
  dispatch?.(insertPlainLine(state, from === 0 && to < state.doc.content.size ? from : to));
  return true;
};

/** Inserts a line below the code block at the caret. */
export const exitCode: Command = (state, dispatch) => {
  const { $head, $anchor } = state.selection;
  if ($head.parent.type !== codeBlock || !$head.sameParent($anchor)) return false;
  dispatch?.(insertPlainLine(state, $head.after()));
  return true;
};

const selectAll: Command = (state, dispatch) => {
  dispatch?.(state.tr.setSelection(new AllSelection(state.doc)));
  return true;
};

const backspace = chainCommands(deleteSelection, join('above'));
const forwardDelete = chainCommands(deleteSelection, join('below'));

/**
 * The basic keys of a text field, for a document without nested blocks. `baseKeymap` of
 * prosemirror-commands does the same here, but is 2 KB larger.
 */
export const baseKeys: Readonly<Record<string, Command>> = {
  'Enter': chainCommands(breakLineInCode, insertLineBeside),
  'Backspace': backspace,
  'Mod-Backspace': backspace,
  'Shift-Backspace': backspace,
  'Delete': forwardDelete,
  'Mod-Delete': forwardDelete,
  'Mod-a': selectAll,
  ...(isApple && {
    'Ctrl-h': backspace,
    'Alt-Backspace': backspace,
    'Ctrl-d': forwardDelete,
    'Ctrl-Alt-Backspace': forwardDelete,
    'Alt-Delete': forwardDelete,
    'Alt-d': forwardDelete,
  }),
};
