import type { MarkType } from 'prosemirror-model';
import type { Command, EditorState } from 'prosemirror-state';

/**
 * Adds a mark to the selected text, except white space at its ends, or removes it if any of the
 * text has it. With an empty selection it applies to the text typed next.
 */
export function toggleMark(type: MarkType): Command {
  return (state, dispatch) => {
    const { empty, $from, $to, from, to } = state.selection;
    if (!applies(state, type)) return false;
    if (!dispatch) return true;
    const transaction = state.tr;
    if (empty) {
      const isOn = type.isInSet(state.storedMarks ?? $from.marks()) !== undefined;
      dispatch(
        isOn ? transaction.removeStoredMark(type) : transaction.addStoredMark(type.create()),
      );
      return true;
    }
    if (state.doc.rangeHasMark(from, to, type)) {
      transaction.removeMark(from, to, type);
    } else {
      const first = $from.nodeAfter?.text ?? '';
      const last = $to.nodeBefore?.text ?? '';
      const before = first.length - first.trimStart().length;
      const after = last.length - last.trimEnd().length;
      const isBlank = from + before >= to;
      transaction.addMark(
        isBlank ? from : from + before,
        isBlank ? to : to - after,
        type.create(),
      );
    }
    dispatch(transaction.scrollIntoView());
    return true;
  };
}

/** Whether any of the selection allows the mark. Code blocks allow none. */
function applies({ doc, selection }: EditorState, type: MarkType): boolean {
  const { from, to, $from, empty } = selection;
  if (empty) return $from.parent.inlineContent && $from.parent.type.allowsMarkType(type);
  let found = false;
  doc.nodesBetween(from, to, (node) => {
    found ||= node.inlineContent && node.type.allowsMarkType(type);
    return !found;
  });
  return found;
}
