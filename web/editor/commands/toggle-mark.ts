import type { Mark, MarkType, Node } from 'prosemirror-model';
import type { Command, EditorState } from 'prosemirror-state';
import { AddMarkStep, RemoveMarkStep } from 'prosemirror-transform';

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
    const marks = marksIn(state.doc, from, to, type);
    if (marks.size > 0) {
      for (const mark of marks) transaction.step(new RemoveMarkStep(from, to, mark));
    } else {
      const first = $from.nodeAfter?.text ?? '';
      const last = $to.nodeBefore?.text ?? '';
      const before = first.length - first.trimStart().length;
      const after = last.length - last.trimEnd().length;
      const isBlank = from + before >= to;
      // Not `addMark`, which takes a step for each line: each step keeps a list of all lines.
      transaction.step(
        new AddMarkStep(
          isBlank ? from : from + before,
          isBlank ? to : to - after,
          type.create(),
        ),
      );
    }
    dispatch(transaction.scrollIntoView());
    return true;
  };
}

/** The marks of a type in a range. */
function marksIn(doc: Node, from: number, to: number, type: MarkType): Set<Mark> {
  const marks = new Set<Mark>();
  doc.nodesBetween(from, to, (node) => {
    const mark = type.isInSet(node.marks);
    if (mark) marks.add(mark);
  });
  return marks;
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
