import type { Node } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';
import { ReplaceStep } from 'prosemirror-transform';

/** Replaces what differs between the document of a state and another one; null if nothing does. */
export function replaceDocument(state: EditorState, doc: Node): Transaction | null {
  const start = state.doc.content.findDiffStart(doc.content);
  const end = state.doc.content.findDiffEnd(doc.content);
  if (start === null || !end) return null;
  const overlap = Math.max(start - Math.min(end.a, end.b), 0);
  const transaction = state.tr;
  const changed = doc.slice(start, end.b + overlap);
  transaction.maybeStep(new ReplaceStep(start, end.a + overlap, changed));
  if (!transaction.doc.eq(doc)) {
    transaction.replaceWith(0, transaction.doc.content.size, doc.content);
  }
  return transaction;
}
