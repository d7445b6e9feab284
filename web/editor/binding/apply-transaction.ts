import { EditorState, type Transaction } from 'prosemirror-state';
import { bindingOf, isFromYjs } from './binding.ts';
import type { FailureGuard } from './failure-guard.ts';

/** The part of a view that {@link applyGuarded} needs. */
interface View {
  readonly state: EditorState;
  updateState(state: EditorState): void;
}

/** Applies a transaction to a view, and writes it to Yjs step by step, in one update. */
function applyTransaction(view: View, transaction: Transaction): void {
  const { state, transactions } = view.state.applyTransaction(transaction);
  const updateState = () => view.updateState(state);
  const isEdit = transactions.some(({ docChanged }) => docChanged);
  if (isEdit && !isFromYjs(transaction)) bindingOf(state).write(state, transactions, updateState);
  else updateState();
}

/**
 * Applies a transaction in the guard of the binding. The edit under way when the binding fails, and
 * later ones, are applied to the view only.
 */
export function applyGuarded(view: View, transaction: Transaction, guard: FailureGuard): void {
  // A remote caret that cannot be shown is no reason to stop.
  const isOfUser = transaction.docChanged || transaction.selectionSet;
  if (!isOfUser) return applyTransaction(view, transaction);
  guard.run(() => applyTransaction(view, transaction));
  const isMissing = transaction.before === view.state.doc && !isFromYjs(transaction);
  // Without plugins: the one that threw would throw again.
  if (guard.isStopped && isMissing) {
    const { doc, selection } = transaction;
    view.updateState(EditorState.create({ doc, selection }));
  }
}
