import { Selection, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { kindOf } from '../../../protocol/schema.ts';

/**
 * Handles an arrow key, with any modifiers, that moves the caret out of a task at its start: to the
 * end of the line above. In the first line the caret stays. Returns whether the key was handled.
 *
 * The browser's own movement fails at the checkbox. Firefox goes one character too far, or with
 * Control into the box, where keys are lost. Chromium loses the keys that follow right after.
 */
export function leaveTask(view: EditorView, event: KeyboardEvent): boolean {
  const side = /^Arrow(Left|Right)$/.exec(event.key)?.[1]?.toLowerCase();
  const { selection, doc, tr } = view.state;
  const { $head, anchor, empty } = selection;
  if (!side || $head.parentOffset > 0 || kindOf($head.parent.attrs) !== 'task') return false;
  if (!empty && !event.shiftKey) return false;
  // In right-to-left text it is the other arrow. In an empty task both sides are its start.
  const isEmpty = $head.parent.content.size === 0;
  if (isEmpty ? side === 'right' : !view.endOfTextblock(side as 'left' | 'right')) return false;
  const above = Selection.findFrom(doc.resolve($head.before()), -1);
  // With Command the caret goes to the start of the line, where it is already.
  if (!above || event.metaKey) return true;
  const isText = above instanceof TextSelection;
  if (event.shiftKey && !isText) return false;
  tr.setSelection(event.shiftKey ? TextSelection.create(doc, anchor, above.head) : above);
  view.dispatch(tr.scrollIntoView());
  return true;
}
