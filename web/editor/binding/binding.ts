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
import { schema } from '../../../protocol/schema.ts';
import { writeText } from './write-text-step.ts';

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

/** The views that write to Yjs at this moment. */
const writing = new WeakSet<object>();

/** Whether what Yjs is just told comes from this view. */
export function isWriting(view: object): boolean {
  return writing.has(view);
}

/** What {@link applyTransaction} needs of a view. */
export interface StateHolder {
  readonly state: EditorState;
  updateState(state: EditorState): void;
}

/**
 * Applies a transaction to a view, and writes it to Yjs step by step, all in one update.
 *
 * The binding compares documents line by line from both ends. Shown only the end of a move, it would
 * write "every line between has another text", and whoever types in one of these lines finds their
 * words in another. Shown the document after each step, it writes one removal and one insertion. And
 * what a step says about text is written as it says ({@link writeText}).
 */
export function applyTransaction(view: StateHolder, transaction: Transaction): void {
  const { state, transactions } = view.state.applyTransaction(transaction);
  const isEdit = transactions.some((part) => part.docChanged);
  if (isEdit && !transaction.getMeta(ySyncPluginKey)) {
    writeSteps(view, state, transactions);
  } else {
    view.updateState(state);
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
  // The mutex is the binding's own: it keeps what is written here from coming back as an edit.
  // `_prosemirrorChanged` is private, and unchanged through y-prosemirror 1.3 (the version is
  // pinned): there is no public way to hand the binding a document that the view never shows.
  writing.add(view);
  binding.mux(() => {
    binding.doc.transact((update) => {
      update.meta.set('addToHistory', addToHistory);
      let pending: Node | null = null;
      for (const [index, step] of steps.entries()) {
        const [before, after] = [docs[index], docs[index + 1]];
        if (!before || !after) continue;
        const isReplacement = step instanceof ReplaceStep || step instanceof ReplaceAroundStep;
        if (writeText(binding.type, before, step) || !isReplacement) {
          // Text, marks and attributes change no line's place. One look at the document is enough
          // for many of them: a thousand words replaced at once would take a thousand.
          pending = after;
          continue;
        }
        if (pending) binding._prosemirrorChanged(pending);
        pending = null;
        binding._prosemirrorChanged(after);
      }
      if (pending) binding._prosemirrorChanged(pending);
      // Within the update: y-prosemirror's undo notes the selection as soon as it ends.
      view.updateState(state);
    }, ySyncPluginKey);
  });
  writing.delete(view);
}
