import { Selection, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { kindOf } from '../../../protocol/schema.ts';

/**
 * An arrow key, alone or with others, that leads out of a task at its start: to the end of the line
 * above, and nowhere in the first line. The box stands in the way of a browser's own doing: Firefox
 * goes one character too far, or with Control into the box, where keys are lost, and so are those
 * that come right after it in Chromium.
 */
export function leaveTask(view: EditorView, event: KeyboardEvent): boolean {
  const side = /^Arrow(Left|Right)$/.exec(event.key)?.[1]?.toLowerCase();
  const { selection, doc, tr } = view.state;
  const { $head, anchor, empty } = selection;
  if (!side || $head.parentOffset > 0 || kindOf($head.parent.attrs) !== 'task') return false;
  if (!empty && !event.shiftKey) return false;
  // In a text from right to left it is the other arrow; in none at all both sides are its end.
  const isEmpty = $head.parent.content.size === 0;
  if (isEmpty ? side === 'right' : !view.endOfTextblock(side as 'left' | 'right')) return false;
  const above = Selection.findFrom(doc.resolve($head.before()), -1);
  // On a Mac that leads to the start of the line, which is here.
  if (!above || event.metaKey) return true;
  const isText = above instanceof TextSelection;
  if (event.shiftKey && !isText) return false;
  tr.setSelection(event.shiftKey ? TextSelection.create(doc, anchor, above.head) : above);
  view.dispatch(tr.scrollIntoView());
  return true;
}
