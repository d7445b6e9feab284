import type { Node } from 'prosemirror-model';
import type { EditorState, Plugin, Transaction } from 'prosemirror-state';
import { ReplaceAroundStep, ReplaceStep } from 'prosemirror-transform';
import {
  initProseMirrorDoc,
  type ProsemirrorBinding,
  ySyncPlugin,
  ySyncPluginKey,
} from 'y-prosemirror';
import type * as Y from 'yjs';
import { schema } from '../../protocol/schema.ts';

/** What both of y-prosemirror's conversions share: which node shows which Yjs type. */
export type Mapping = ProsemirrorBinding['mapping'];

/** The content as ProseMirror shows it, and the plugin that keeps both the same from then on. */
export interface BoundContent {
  readonly doc: Node;
  readonly plugin: Plugin;
}

/**
 * Reads the content for the first time. Call it only on content that `unknownContent` has passed:
 * y-prosemirror deletes, for everybody, whatever the schema does not know.
 */
export function bindContent(content: Y.XmlFragment): BoundContent {
  const { doc, mapping } = initProseMirrorDoc(content, schema);
  const plugin: Plugin = ySyncPlugin(content, { mapping });
  if (doc.childCount > 0) return { doc, plugin };
  // On a document without any line the selection would be "everything", and would still be when the
  // content arrives: the first key typed then replaces all of it. An empty line of its own, which
  // is not written to Yjs before somebody types in it, gives the caret a place.
  return { doc: schema.topNodeType.createAndFill() ?? doc, plugin };
}

/** The binding behind an editor's state. */
export function bindingOf(state: EditorState): ProsemirrorBinding {
  return ySyncPluginKey.getState(state).binding;
}

/** What {@link applyTransaction} needs of a view. */
export interface StateHolder {
  readonly state: EditorState;
  updateState(state: EditorState): void;
}

/**
 * Applies a transaction to a view, and shows the binding the document after each of its steps.
 *
 * The binding compares documents line by line from both ends. Shown only the end of a move, it would
 * write "every line between has another text", and whoever types in one of these lines finds their
 * words in another. Shown the removal and the insertion one by one, it writes just these. Everything
 * still goes out as one update.
 */
export function applyTransaction(view: StateHolder, transaction: Transaction): void {
  const { state, transactions } = view.state.applyTransaction(transaction);
  const betweenSteps = transactions.flatMap((part) => part.docs).slice(1);
  const moves = transactions.flatMap((part) => part.steps).some(changesStructure);
  if (betweenSteps.length === 0 || !moves || transaction.getMeta(ySyncPluginKey)) {
    view.updateState(state);
    return;
  }
  const binding = bindingOf(view.state);
  // The mutex is the binding's own: it keeps what is written here from coming back as an edit.
  // `_prosemirrorChanged` is private, and unchanged through y-prosemirror 1.3 (the version is
  // pinned): there is no public way to hand the binding a document that the view never shows.
  binding.mux(() => {
    binding.doc.transact((update) => {
      update.meta.set('addToHistory', transaction.getMeta('addToHistory') !== false);
      for (const doc of betweenSteps) binding._prosemirrorChanged(doc);
      view.updateState(state);
      binding._prosemirrorChanged(state.doc);
    }, ySyncPluginKey);
  });
}

function changesStructure(step: unknown): boolean {
  return step instanceof ReplaceStep || step instanceof ReplaceAroundStep;
}
