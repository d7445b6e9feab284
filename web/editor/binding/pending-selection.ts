import { AllSelection, Plugin, TextSelection, type Transaction } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import type * as Y from 'yjs';
import { bindingOf } from './binding.ts';
import type { FailureGuard } from './failure-guard.ts';
import { cursorsKey } from './remote-cursors.ts';

/**
 * Keeps a caret that the user has just moved.
 *
 * A browser moves the caret first and fires `selectionchange` later. If a remote edit is rendered
 * in between, ProseMirror restores the old caret, and the next key goes to the wrong position.
 * While two people typed fast, this happened to every third move. The same applies to the user's
 * own keys: Enter right after End would replace the previous selection.
 *
 * Order: before the binding's plugin, which reads the selection at the same moment, and before
 * every keymap.
 */
export function pendingSelection(doc: Y.Doc, guard: FailureGuard): Plugin {
  return new Plugin({
    view(view) {
      // Update only the selection here: an edit would become part of the update that is being
      // applied, and would never be sent.
      const read = () => {
        // The view knows the caret after its own edits. Reading it would double a key's cost.
        if (!bindingOf(view.state).isWriting) guard.run(() => readSelection(view));
      };
      doc.on('beforeAllTransactions', read);
      return { destroy: () => doc.off('beforeAllTransactions', read) };
    },
    props: {
      // A key acts at the current caret, even right after a move.
      handleKeyDown(view) {
        readSelection(view);
        return false;
      },
    },
  });
}

/**
 * Keeps the user's caret when remote carets are rendered: returns a transaction to use in place of
 * that of the remote carets.
 */
export function withPendingSelection(view: EditorView, transaction: Transaction): Transaction {
  const cursorMeta = transaction.getMeta(cursorsKey);
  if (cursorMeta === undefined || transaction.docChanged) return transaction;
  readSelection(view);
  return view.state.tr.setMeta(cursorsKey, cursorMeta);
}

function readSelection(view: EditorView): void {
  const { state } = view;
  const isAll = state.selection instanceof AllSelection;
  if (!view.hasFocus() || view.composing) return;
  if (!isAll && !(state.selection instanceof TextSelection)) return;
  const domSelection = document.getSelection();
  if (!domSelection?.anchorNode || !domSelection.focusNode) return;
  if (!view.dom.contains(domSelection.anchorNode) || !view.dom.contains(domSelection.focusNode)) {
    return;
  }
  const { doc, selection, tr } = state;
  const anchor = view.posAtDOM(domSelection.anchorNode, domSelection.anchorOffset);
  const head = view.posAtDOM(domSelection.focusNode, domSelection.focusOffset);
  if (anchor === selection.anchor && head === selection.head) return;
  // The browser may report "select all" as a range over all text. Then only a caret is a change.
  if (isAll && anchor !== head) return;
  // While a DOM change is unread, DOM positions may lie outside this document.
  if (Math.min(anchor, head) < 0 || Math.max(anchor, head) > doc.content.size) return;
  if (!doc.resolve(anchor).parent.inlineContent || !doc.resolve(head).parent.inlineContent) return;
  view.dispatch(tr.setSelection(TextSelection.create(doc, anchor, head)));
}
