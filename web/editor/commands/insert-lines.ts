import type { Node } from 'prosemirror-model';
import { Selection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { kindOf, schema } from '../../../protocol/schema.ts';
import { asOneUndoStep } from '../binding/undo.ts';

/**
 * Inserts the blocks of a document below the line at the caret. An empty plain line is replaced.
 */
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
