import type { Node } from 'prosemirror-model';
import { EditorState, type Plugin, type Transaction } from 'prosemirror-state';
import { ReplaceAroundStep, ReplaceStep } from 'prosemirror-transform';
import {
  initProseMirrorDoc,
  type ProsemirrorBinding,
  ySyncPlugin,
  ySyncPluginKey,
} from 'y-prosemirror';
import type * as Y from 'yjs';
import { schema } from '../../../protocol/schema.ts';
import { keepUnknownMarks } from '../model/unknown-marks.ts';
import type { FailureGuard } from './failure-guard.ts';
import { writeTextStep } from './write-text-step.ts';

/** The content as a ProseMirror document, and the plugin that keeps the two in sync. */
interface BoundContent {
  readonly doc: Node;
  readonly plugin: Plugin;
}

/**
 * Converts the content to a ProseMirror document. Call it only if `findUnsupportedContent` returns
 * null: y-prosemirror deletes content that the schema does not know, for all authors.
 */
export function bindContent(content: Y.XmlFragment): BoundContent {
  keepUnknownMarks();
  const { doc, mapping } = initProseMirrorDoc(content, schema);
  const plugin: Plugin = ySyncPlugin(content, { mapping });
  if (doc.childCount > 0) return { doc, plugin };
  // In a document without lines ProseMirror selects everything. When the content arrives, all of it
  // would be selected, and the first key would replace it. So add an empty line for the caret. It
  // is written to Yjs only once the user types in it.
  return { doc: schema.topNodeType.createAndFill() ?? doc, plugin };
}

/** Returns the binding of an editor's state. */
export function bindingOf(state: EditorState): ProsemirrorBinding {
  return ySyncPluginKey.getState(state).binding;
}

/** The views that are writing to Yjs now. */
const writing = new WeakSet<object>();

/** Whether this view is writing to Yjs now. */
export function isWriting(view: object): boolean {
  return writing.has(view);
}

/** The part of a view that {@link applyTransaction} needs. */
interface StateHolder {
  readonly state: EditorState;
  updateState(state: EditorState): void;
}

/**
 * Applies a transaction to a view, and writes it to Yjs step by step, in one update.
 *
 * The binding compares documents line by line from both ends. Given only the result of a moved
 * line, it would rewrite the text of every line between, and concurrent edits of those lines would
 * end up in other lines. Given the document after each step, it writes one deletion and one
 * insertion. Steps that only change text are written directly ({@link writeTextStep}).
 */
function applyTransaction(view: StateHolder, transaction: Transaction): void {
  const { state, transactions } = view.state.applyTransaction(transaction);
  const isEdit = transactions.some((part) => part.docChanged);
  if (isEdit && !transaction.getMeta(ySyncPluginKey)) {
    writeSteps(view, state, transactions);
  } else {
    view.updateState(state);
  }
}

/**
 * Applies a transaction in the guard of the binding. The edit under way when the binding fails, and
 * later ones, are applied to the view only.
 */
export function applyGuarded(
  view: StateHolder,
  transaction: Transaction,
  guard: FailureGuard,
): void {
  // A remote caret that cannot be shown is no reason to stop.
  const isOfUser = transaction.docChanged || transaction.selectionSet;
  if (!isOfUser) return applyTransaction(view, transaction);
  guard.run(() => applyTransaction(view, transaction));
  const isMissing = transaction.before === view.state.doc && !transaction.getMeta(ySyncPluginKey);
  // Without plugins: those of y-prosemirror would throw again.
  if (guard.isStopped && isMissing) {
    view.updateState(
      EditorState.create({ doc: transaction.doc, selection: transaction.selection }),
    );
  }
}

function writeSteps(
  view: StateHolder,
  state: EditorState,
  transactions: readonly Transaction[],
): void {
  const binding = bindingOf(view.state);
  const steps = transactions.flatMap((transaction) => transaction.steps);
  const docs = [...transactions.flatMap((transaction) => transaction.docs), state.doc];
  const addToHistory = transactions[0]?.getMeta('addToHistory') !== false;
  // The binding's mutex keeps this change from coming back as a remote edit. `_prosemirrorChanged`
  // is private, but y-prosemirror is pinned, and there is no public way to pass the binding a
  // document that the view does not show.
  writing.add(view);
  binding.mux(() => {
    binding.doc.transact((update) => {
      update.meta.set('addToHistory', addToHistory);
      let pending: Node | null = null;
      for (const [index, step] of steps.entries()) {
        const [before, after] = [docs[index], docs[index + 1]];
        if (!before || !after) continue;
        const isReplacement = step instanceof ReplaceStep || step instanceof ReplaceAroundStep;
        if (writeTextStep(binding.type, before, step) || !isReplacement) {
          // Steps that change text, marks or attributes move no line. Compare once for many of
          // them: replacing a thousand words would take a thousand comparisons.
          pending = after;
          continue;
        }
        if (pending) binding._prosemirrorChanged(pending);
        pending = null;
        binding._prosemirrorChanged(after);
      }
      if (pending) binding._prosemirrorChanged(pending);
      // Inside the transaction: y-prosemirror's undo reads the selection when it ends.
      view.updateState(state);
    }, ySyncPluginKey);
  });
  writing.delete(view);
}
