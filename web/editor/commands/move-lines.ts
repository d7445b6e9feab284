import { type Command, TextSelection } from 'prosemirror-state';
import { selectedBlocks } from '../model/lines.ts';

/**
 * Moves the selected lines past the one above or below. The moved lines are what is copied, not
 * the line they pass: words that others are typing right now are lost from the moved lines only.
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
