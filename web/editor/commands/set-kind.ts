import { type Command, TextSelection } from 'prosemirror-state';
import { type LineKind, schema } from '../../../protocol/schema.ts';
import { asKind, isCodeBlock, isKind, selectedBlocks, setAttributesOf } from '../model/lines.ts';

const { paragraph, codeBlock } = schema.nodes;

/** Sets the kind of every selected line. Code blocks become lines. */
export function setKind(kind: LineKind): Command {
  return (state, dispatch) => {
    const blocks = selectedBlocks(state).filter(({ node }) => node.isTextblock);
    if (blocks.length === 0) return false;
    if (!dispatch) return true;
    const transaction = state.tr;
    const lines = blocks.filter(({ node }) => node.type === paragraph);
    setAttributesOf(
      transaction,
      lines.map(({ node, position }) => ({ position, attributes: asKind(node, kind) })),
    );
    // From last to first, so that earlier positions stay valid.
    for (const { node, position } of blocks.reverse()) {
      if (node.type === paragraph) continue;
      const end = position + node.nodeSize - 1;
      transaction.setBlockType(position + 1, end, paragraph, asKind(node, kind));
    }
    dispatch(transaction.scrollIntoView());
    return true;
  };
}

/** Sets the kind of the selected lines, or makes them plain text if all have that kind. */
export function toggleKind(kind: LineKind): Command {
  return (state, dispatch) => setKind(isKind(state, kind) ? 'text' : kind)(state, dispatch);
}

/** Joins the selected lines to one code block, or turns a code block into plain lines. */
export const toggleCodeBlock: Command = (state, dispatch) => {
  if (isCodeBlock(state)) return setKind('text')(state, dispatch);
  const blocks = selectedBlocks(state).filter(({ node }) => node.isTextblock);
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return false;
  if (!dispatch) return true;
  const transaction = state.tr;
  if (first === last) {
    const from = first.position + 1;
    transaction.setBlockType(from, from + first.node.content.size, codeBlock);
  } else {
    const text = blocks.map(({ node }) => node.textBetween(0, node.content.size, '\n', '\n'))
      .join('\n');
    const block = codeBlock.create(null, text === '' ? null : schema.text(text));
    transaction.replaceWith(first.position, last.position + last.node.nodeSize, block);
    transaction.setSelection(
      TextSelection.create(transaction.doc, first.position + block.nodeSize - 1),
    );
  }
  dispatch(transaction.scrollIntoView());
  return true;
};
