import { type Command, type EditorState, TextSelection } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';

/** A link in the document: its range and address. */
export interface LinkRange {
  readonly from: number;
  readonly to: number;
  readonly href: string;
}

/** The link at the caret or at the start of the selection, or null. */
export function linkAt(state: EditorState): LinkRange | null {
  const { $from, empty } = state.selection;
  const { parent } = $from;
  // A caret at either edge counts as inside: a click on a link may place it there.
  const inside = parent.childAfter($from.parentOffset);
  const beside = empty ? parent.childBefore($from.parentOffset) : inside;
  const mark = [inside, beside]
    .map(({ node }) => node && schema.marks.link.isInSet(node.marks))
    .find((found) => found);
  if (!mark) return null;
  const start = $from.start();
  let from = $from.pos;
  let to = $from.pos;
  parent.forEach((child, offset) => {
    const childFrom = start + offset;
    const childTo = childFrom + child.nodeSize;
    if (!mark.isInSet(child.marks)) return;
    if (childTo >= from && childFrom <= to) {
      from = Math.min(from, childFrom);
      to = Math.max(to, childTo);
    }
  });
  return { from, to, href: String(mark.attrs.href ?? '') };
}

/**
 * Links the selection, or the link at the caret, to `href`, which must have passed `safeHref`. With
 * an empty selection outside a link it inserts `text` as a link.
 */
export function setLink(href: string, text: string): Command {
  return (state, dispatch) => {
    const existing = linkAt(state);
    const mark = schema.marks.link.create({ href });
    const { from, to } = state.selection.empty && existing ? existing : trimmedSelection(state);
    const transaction = state.tr;
    if (from === to) {
      const marks = mark.addToSet(state.storedMarks ?? state.selection.$from.marks());
      transaction.replaceSelectionWith(schema.text(text || href, marks), false);
    } else {
      transaction.removeMark(from, to, schema.marks.link).addMark(from, to, mark);
      transaction.setSelection(TextSelection.create(transaction.doc, to));
    }
    transaction.removeStoredMark(schema.marks.link);
    dispatch?.(transaction.scrollIntoView());
    return true;
  };
}

/**
 * The selection without white space at its ends: a double click also selects the space after a
 * word.
 */
function trimmedSelection(state: EditorState): { from: number; to: number } {
  const { from, to, $from, $to } = state.selection;
  if (!$from.sameParent($to)) return { from, to };
  const text = state.doc.textBetween(from, to, undefined, '\ufffc');
  if (text.trim() === '') return { from, to };
  return {
    from: from + text.length - text.trimStart().length,
    to: to - (text.length - text.trimEnd().length),
  };
}

/** Removes the link and keeps its text. */
export const removeLink: Command = (state, dispatch) => {
  const existing = linkAt(state);
  const { from, to } = existing ?? state.selection;
  if (!existing && !state.doc.rangeHasMark(from, to, schema.marks.link)) return false;
  dispatch?.(state.tr.removeMark(from, to, schema.marks.link));
  return true;
};
