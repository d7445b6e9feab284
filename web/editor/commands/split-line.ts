import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, TextSelection, type Transaction } from 'prosemirror-state';
import { indentOf, kindOf, schema } from '../../../protocol/schema.ts';
import { bindingOf } from '../binding/binding.ts';
import { movedTextChunk } from '../binding/moved-text-chunk.ts';
import { asKind, lineAttributes, setAttributes } from '../model/lines.ts';
import { setKind } from './set-kind.ts';

const { paragraph, codeBlock, hardBreak } = schema.nodes;

/** Reduces a line by one step: outdents it, then makes it text. Returns false for a plain line. */
function reduceLine(transaction: Transaction, line: Node, position: number): boolean {
  const indent = indentOf(line.attrs);
  if (indent === 0 && kindOf(line.attrs) === 'text') return false;
  const attributes = indent > 0 ? { indent: indent - 1 || null } : asKind(line, 'text');
  setAttributes(transaction, position, attributes);
  return true;
}

/**
 * Enter in a line. The new line gets the kind and level of the old one, unless that is a heading,
 * and is unchecked. In an empty line that is not plain, Enter outdents it or makes it text instead.
 * At the start of a line the new line is inserted above, so that the old one keeps its Yjs type,
 * and with it concurrent edits.
 */
export const splitLine: Command = (state, dispatch) => {
  const { selection } = state;
  if (!(selection instanceof TextSelection) || selection.$from.parent.type !== paragraph) {
    return false;
  }
  const transaction = state.tr;
  if (selection.empty && selection.$from.parent.content.size === 0) {
    if (reduceLine(transaction, selection.$from.parent, selection.$from.before())) {
      dispatch?.(transaction.scrollIntoView());
      return true;
    }
  }
  const storedMarks = state.storedMarks ??
    (selection.$to.parentOffset > 0 ? selection.$from.marks() : null);
  if (!selection.empty) transaction.deleteSelection();
  // What others type next in their text would stay behind.
  const $from = selection.empty
    ? state.doc.resolve(endOfOthersTyping(state))
    : transaction.selection.$from;
  const line = $from.parent;
  if (line.type !== paragraph) return false;
  const kind = kindOf(line.attrs);
  const isHeading = kind === 'h1' || kind === 'h2' || kind === 'h3';
  const atStart = $from.parentOffset === 0 && line.content.size > 0;
  const atEnd = $from.parentOffset === line.content.size;
  const attributes = isHeading && (atStart || atEnd)
    ? null
    : lineAttributes(kind, indentOf(line.attrs));
  if (atStart) {
    transaction.insert($from.before(), paragraph.create(attributes));
  } else {
    transaction.split($from.pos, 1, [{ type: paragraph, attrs: attributes }]);
    transaction.setSelection(TextSelection.create(transaction.doc, $from.pos + 2));
    if (storedMarks && !isHeading) transaction.ensureMarks(storedMarks);
  }
  dispatch?.(transaction.scrollIntoView());
  return true;
};

/**
 * Backspace at the start of a line that is not plain: outdents it, then makes it text. A code block
 * becomes lines. Does not apply to a plain line, which then joins the line above.
 */
export const reduceLineAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.depth === 0 || $from.parentOffset > 0) return false;
  if ($from.parent.type === codeBlock) return setKind('text')(state, dispatch);
  if ($from.parent.type !== paragraph) return false;
  const transaction = state.tr;
  if (!reduceLine(transaction, $from.parent, $from.before())) return false;
  dispatch?.(transaction.scrollIntoView());
  return true;
};

/** Inserts a line break within a line. */
export const insertHardBreak: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if ($from.parent.type !== paragraph) return false;
  const transaction = state.tr;
  const end = endOfOthersTyping(state);
  if (empty && end > $from.pos) {
    transaction.setSelection(TextSelection.create(state.doc, end));
  }
  dispatch?.(transaction.replaceSelectionWith(hardBreak.create()).scrollIntoView());
  return true;
};

function endOfOthersTyping(state: EditorState): number {
  const { $from, from } = state.selection;
  return movedTextChunk.loaded?.endOfOthersTyping(bindingOf(state), $from) ?? from;
}
