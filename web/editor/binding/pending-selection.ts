import { AllSelection, Plugin, TextSelection, type Transaction } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { yCursorPluginKey } from 'y-prosemirror';
import type * as Y from 'yjs';
import { isWriting } from './binding.ts';

/**
 * Keeps a caret that has just been moved where it went. A browser moves it first and tells so by a
 * later event; when somebody else's edit is drawn in between, ProseMirror puts the caret back to
 * where it knew it, and the next key goes to the wrong place. With one person typing fast beside
 * another this happened to every third move in a test. The same with a key of one's own: Enter right
 * after End would replace what had been selected before.
 *
 * The plugin must stand before the binding's, which notes the selection at the same moment, and before
 * every keymap.
 */
export function pendingSelection(doc: Y.Doc): Plugin {
  return new Plugin({
    view(view) {
      // Only the selection is brought up to date here: an edit at this moment would become part of
      // the update that is just being applied, and would never be sent.
      const read = () => {
        // What is typed here moves the caret as well, and the view knows: to read that back would set
        // the caret twice for every key, and that costs as much as all the rest.
        if (!isWriting(view)) readSelection(view);
      };
      doc.on('beforeAllTransactions', read);
      return { destroy: () => doc.off('beforeAllTransactions', read) };
    },
    props: {
      // A key that comes in the same moment as the caret was moved acts where the caret is now.
      handleKeyDown(view) {
        readSelection(view);
        return false;
      },
    },
  });
}

/**
 * The same for the moment in which the carets of the others are drawn: takes y-prosemirror's
 * transaction for it, and answers one that does not put the own caret back.
 */
export function withPendingSelection(view: EditorView, transaction: Transaction): Transaction {
  const drawing = transaction.getMeta(yCursorPluginKey);
  if (drawing === undefined || transaction.docChanged) return transaction;
  readSelection(view);
  return view.state.tr.setMeta(yCursorPluginKey, drawing);
}

function readSelection(view: EditorView): void {
  const { state } = view;
  const isAll = state.selection instanceof AllSelection;
  if (!view.hasFocus() || view.composing) return;
  if (!isAll && !(state.selection instanceof TextSelection)) return;
  const shown = document.getSelection();
  if (!shown?.anchorNode || !shown.focusNode) return;
  if (!view.dom.contains(shown.anchorNode) || !view.dom.contains(shown.focusNode)) return;
  const { doc, selection, tr } = state;
  const anchor = view.posAtDOM(shown.anchorNode, shown.anchorOffset);
  const head = view.posAtDOM(shown.focusNode, shown.focusOffset);
  if (anchor === selection.anchor && head === selection.head) return;
  // All that is selected may be shown as from the first letter to the last: only a caret is news.
  if (isAll && anchor !== head) return;
  // While a change in the DOM waits to be read, a position there may be none of this document.
  if (Math.min(anchor, head) < 0 || Math.max(anchor, head) > doc.content.size) return;
  if (!doc.resolve(anchor).parent.inlineContent || !doc.resolve(head).parent.inlineContent) return;
  view.dispatch(tr.setSelection(TextSelection.create(doc, anchor, head)));
}
