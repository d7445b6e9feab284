import { type Command, TextSelection } from 'prosemirror-state';
import { type LineKind, schema } from '../../../protocol/schema.ts';
import { asKind, isCodeBlock, isKind, selectedBlocks, setLine } from '../model/lines.ts';

const { paragraph, codeBlock } = schema.nodes;

/** Makes every line of the selection one of this kind. Code blocks in it become lines. */
export function setKind(kind: LineKind): Command {
  return (state, dispatch) => {
    const blocks = selectedBlocks(state).filter(({ node }) => node.isTextblock);
    if (blocks.length === 0) return false;
    if (!dispatch) return true;
    const transaction = state.tr;
    // From the last to the first, so that the positions of those before stay true.
    for (const { node, position } of blocks.reverse()) {
      if (node.type === paragraph) {
        setLine(transaction, position, asKind(node, kind));
      } else {
        const end = position + node.nodeSize - 1;
        transaction.setBlockType(position + 1, end, paragraph, asKind(node, kind));
      }
    }
    dispatch(transaction.scrollIntoView());
    return true;
  };
}

/** Makes the lines of the selection of this kind, or plain text where they all are already. */
export function toggleKind(kind: LineKind): Command {
  return (state, dispatch) => setKind(isKind(state, kind) ? 'text' : kind)(state, dispatch);
}

/** Makes the selected lines one code block, or plain lines of a code block. */
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
