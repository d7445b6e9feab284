import type { Node } from 'prosemirror-model';
import { AllSelection, type Command, NodeSelection, TextSelection } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { chainCommands } from './chain-commands.ts';

const { paragraph, codeBlock } = schema.nodes;

const deleteSelection: Command = (state, dispatch) => {
  if (state.selection.empty) return false;
  dispatch?.(state.tr.deleteSelection().scrollIntoView());
  return true;
};

/**
 * Backspace at the start of a block, or Delete at the end of one. Two texts become one, and the upper
 * stays what it is; an upper one that is empty just goes. A picture or rule on the other side goes,
 * or is selected where the block itself is empty and goes.
 */
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
    if (dispatch) dispatch(joined(state.tr, edge, nodeBefore, nodeAfter).scrollIntoView());
    return true;
  };
}

function joined(
  transaction: Parameters<NonNullable<Parameters<Command>[1]>>[0],
  edge: number,
  before: Node,
  after: Node,
) {
  const [start, end] = [edge - before.nodeSize, edge + after.nodeSize];
  if (before.isTextblock && after.isTextblock) {
    return before.content.size === 0 ? transaction.delete(start, edge) : transaction.join(edge);
  }
  // One of the two is a picture or a rule.
  const [text, from, to] = before.isTextblock ? [before, start, edge] : [after, edge, end];
  if (text.content.size > 0) {
    return before.isTextblock ? transaction.delete(edge, end) : transaction.delete(start, edge);
  }
  transaction.delete(from, to);
  const other = before.isTextblock ? start : edge - before.nodeSize;
  return transaction.setSelection(NodeSelection.create(transaction.doc, other));
}

/** Enter in code. What is selected on beyond it goes first. */
const breakLineOfCode: Command = (state, dispatch) => {
  const { selection } = state;
  if (!(selection instanceof TextSelection) || selection.$from.parent.type !== codeBlock) {
    return false;
  }
  if (!dispatch) return true;
  const transaction = state.tr.deleteSelection();
  dispatch(transaction.insertText('\n').scrollIntoView());
  return true;
};

/** Enter on a picture or rule begins a line below it, or above it where it begins the document. */
const beginLineBeside: Command = (state, dispatch) => {
  if (!(state.selection instanceof NodeSelection)) return false;
  const { from, to } = state.selection;
  const position = from === 0 && to < state.doc.content.size ? from : to;
  const transaction = state.tr.insert(position, paragraph.create());
  transaction.setSelection(TextSelection.create(transaction.doc, position + 1));
  dispatch?.(transaction.scrollIntoView());
  return true;
};

/** Leaves code for a new line below it. */
export const leaveCode: Command = (state, dispatch) => {
  const { $head, $anchor } = state.selection;
  if ($head.parent.type !== codeBlock || !$head.sameParent($anchor)) return false;
  const position = $head.after();
  const transaction = state.tr.insert(position, paragraph.create());
  transaction.setSelection(TextSelection.create(transaction.doc, position + 1));
  dispatch?.(transaction.scrollIntoView());
  return true;
};

const selectAll: Command = (state, dispatch) => {
  dispatch?.(state.tr.setSelection(new AllSelection(state.doc)));
  return true;
};

const backspace = chainCommands(deleteSelection, join('above'));
const forwardDelete = chainCommands(deleteSelection, join('below'));

/**
 * What the keys of any text do, where all blocks lie side by side. ProseMirror's own set, which
 * knows blocks within blocks, would be more than half as much to load again as all other commands.
 */
export const baseKeys: Readonly<Record<string, Command>> = {
  'Enter': chainCommands(breakLineOfCode, beginLineBeside),
  'Backspace': backspace,
  'Mod-Backspace': backspace,
  'Shift-Backspace': backspace,
  'Delete': forwardDelete,
  'Mod-Delete': forwardDelete,
  'Mod-a': selectAll,
  ...(/Mac|iP(hone|[oa]d)/.test(globalThis.navigator?.platform ?? '') && {
    'Ctrl-h': backspace,
    'Alt-Backspace': backspace,
    'Ctrl-d': forwardDelete,
    'Ctrl-Alt-Backspace': forwardDelete,
    'Alt-Delete': forwardDelete,
    'Alt-d': forwardDelete,
  }),
};
