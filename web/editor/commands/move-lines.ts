import { type Command, TextSelection } from 'prosemirror-state';
import { selectedBlocks } from '../model/lines.ts';

/**
 * Moves the selected lines past the line above or below. Yjs has no move: this deletes and
 * re-inserts the selected lines, not the line they pass, so concurrent edits can be lost in the
 * selected lines only.
 */
function moveLines(direction: 'up' | 'down'): Command {
  return (state, dispatch) => {
    const blocks = selectedBlocks(state);
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (!first || !last) return false;
    const start = first.position;
    const end = last.position + last.node.nodeSize;
    const passed = direction === 'up'
      ? state.doc.resolve(start).nodeBefore
      : state.doc.resolve(end).nodeAfter;
    if (!passed) return false;
    const offset = direction === 'up' ? -passed.nodeSize : passed.nodeSize;
    const transaction = state.tr.delete(start, end);
    transaction.insert(start + offset, blocks.map(({ node }) => node));
    const { anchor, head } = state.selection;
    transaction.setSelection(
      TextSelection.between(
        transaction.doc.resolve(anchor + offset),
        transaction.doc.resolve(head + offset),
      ),
    );
    dispatch?.(transaction.scrollIntoView());
    return true;
  };
}

export const moveLinesUp: Command = moveLines('up');
export const moveLinesDown: Command = moveLines('down');
