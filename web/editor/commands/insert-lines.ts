import type { Node } from 'prosemirror-model';
import { Selection, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { kindOf, schema } from '../../../protocol/schema.ts';
import type { OutlineEntry } from '../model/outline.ts';
import { asOneUndoStep } from '../binding/undo.ts';

/** Puts the blocks of a document below the caret's line, or in its place where it is empty. */
export function insertLines(view: EditorView, document: Node): void {
  asOneUndoStep((state, dispatch) => {
    const { $to } = state.selection;
    const line = $to.node(1) as Node | undefined;
    const isEmpty = line?.type === schema.nodes.paragraph && line.content.size === 0 &&
      kindOf(line.attrs) === 'text';
    const after = line ? $to.after(1) : state.doc.content.size;
    const from = line && isEmpty ? $to.before(1) : after;
    const transaction = state.tr.replaceWith(from, after, document.content);
    const end = transaction.doc.resolve(from + document.content.size);
    dispatch?.(transaction.setSelection(Selection.near(end, -1)).scrollIntoView());
    return true;
  })(view.state, view.dispatch, view);
}

/** Shows a heading at the top, with the caret at its end. Nothing where it is gone by now. */
export function goToHeading(view: EditorView, { position }: OutlineEntry): void {
  const { doc, tr } = view.state;
  const line = position < doc.content.size ? doc.nodeAt(position) : null;
  if (line?.type !== schema.nodes.paragraph) return;
  view.dispatch(tr.setSelection(TextSelection.create(doc, position + 1 + line.content.size)));
  const shown = view.nodeDOM(position);
  // A smooth scroll is the style sheet's choice: it knows who wants less motion.
  if (shown instanceof Element) shown.scrollIntoView({ block: 'start' });
  view.focus();
}
