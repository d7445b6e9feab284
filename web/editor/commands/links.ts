import { type Command, type EditorState, TextSelection } from 'prosemirror-state';
import { safeHref } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';

/** A link in the document: where it stands and where it leads. */
export interface LinkRange {
  readonly from: number;
  readonly to: number;
  readonly href: string;
}

/** The link the caret or the start of the selection is in, or null. */
export function linkAt(state: EditorState): LinkRange | null {
  const { $from, empty } = state.selection;
  const { parent } = $from;
  // At its edges a link is taken by a caret on its left end too: that is where a click lands.
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
 * The address a person meant: `example.com` gets `https://`, `ann@example.com` gets `mailto:`.
 * Null for what no link may carry.
 */
export function addressFrom(input: string): string | null {
  const text = input.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return safeHref(`mailto:${text}`);
  if (/^[^\s/:.?#]+(\.[^\s/:.?#]+)+(:\d+)?([/?#]|$)/.test(text)) return safeHref(`https://${text}`);
  return safeHref(text);
}

/**
 * Makes the selection, or the link the caret is in, lead to an address that `safeHref` has passed.
 * With nothing selected and no link there, `text` is inserted as one.
 */
export function setLink(href: string, text: string): Command {
  return (state, dispatch) => {
    const existing = linkAt(state);
    const mark = schema.marks.link.create({ href });
    const { from, to } = state.selection.empty && existing ? existing : trimmed(state);
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

/** The selection without the white space at its ends: a double click takes the space behind a word. */
function trimmed(state: EditorState): { from: number; to: number } {
  const { from, to, $from, $to } = state.selection;
  if (!$from.sameParent($to)) return { from, to };
  const text = state.doc.textBetween(from, to, undefined, '\ufffc');
  if (text.trim() === '') return { from, to };
  return {
    from: from + text.length - text.trimStart().length,
    to: to - (text.length - text.trimEnd().length),
  };
}

/** Takes the link away and leaves its text. */
export const removeLink: Command = (state, dispatch) => {
  const existing = linkAt(state);
  const { from, to } = existing ?? state.selection;
  if (!existing && !state.doc.rangeHasMark(from, to, schema.marks.link)) return false;
  dispatch?.(state.tr.removeMark(from, to, schema.marks.link));
  return true;
};
