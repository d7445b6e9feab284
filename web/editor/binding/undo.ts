import { type Command, type EditorState, Plugin, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import {
  defaultDeleteFilter,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  yUndoPlugin,
  yUndoPluginKey,
} from 'y-prosemirror';
import * as Y from 'yjs';
import { bindingOf } from './binding.ts';

/** Undo does not delete a node of these types if another author has typed in it. */
const protectedNodes = new Set(['paragraph', 'codeBlock']);

/**
 * Undo and redo of this user's edits only. Order: after the binding's plugin, as they read what it
 * has just written.
 */
export function undoPlugins(content: Y.XmlFragment): Plugin[] {
  const undoManager = new Y.UndoManager(content, {
    trackedOrigins: new Set([ySyncPluginKey]),
    deleteFilter: (item) => defaultDeleteFilter(item, protectedNodes),
    captureTransaction: (transaction) => transaction.meta.get('addToHistory') !== false,
  });
  return [
    yUndoPlugin({ undoManager }),
    new Plugin({
      view: (view) => {
        // Runs after yUndoPlugin's handler, which sets the selection after the view has rendered.
        const restore = (event: PoppedEvent) => restoreCaret(view, event.stackItem.meta);
        undoManager.on('stack-item-popped', restore);
        return { destroy: () => undoManager.off('stack-item-popped', restore) };
      },
    }),
  ];
}

type PoppedEvent = { readonly stackItem: { readonly meta: Map<unknown, unknown> } };

/** The selection that yUndoPlugin stores with each undo step. */
type RelativeSelection = { anchor: Y.RelativePosition | null; head: Y.RelativePosition | null };

/** Restores the selection from before the edit that has just been undone. */
function restoreCaret(view: EditorView, meta: Map<unknown, unknown>): void {
  const binding = bindingOf(view.state);
  const before = meta.get(binding) as RelativeSelection | null | undefined;
  // yUndoPlugin leaves its selection here. The next remote update would move the caret to it.
  Reflect.set(binding, 'beforeTransactionSelection', null);
  if (!before?.anchor || !before.head) return;
  const [anchor, head] = [before.anchor, before.head].map((position) =>
    relativePositionToAbsolutePosition(binding.doc, binding.type, position, binding.mapping)
  );
  if (typeof anchor !== 'number' || typeof head !== 'number') return;
  const { doc, tr } = view.state;
  const last = doc.content.size;
  const selection = TextSelection.between(
    doc.resolve(Math.min(anchor, last)),
    doc.resolve(Math.min(head, last)),
  );
  view.dispatch(tr.setSelection(selection).setMeta('addToHistory', false).scrollIntoView());
}

function undoManagerOf(state: EditorState): Y.UndoManager | undefined {
  return yUndoPluginKey.getState(state)?.undoManager;
}

/** Undoes this user's last edit. */
export const undo: Command = (state, dispatch) => {
  const manager = undoManagerOf(state);
  if (!manager?.canUndo()) return false;
  if (dispatch) manager.undo();
  return true;
};

/** Redoes the edit that {@link undo} undid last. */
export const redo: Command = (state, dispatch) => {
  const manager = undoManagerOf(state);
  if (!manager?.canRedo()) return false;
  if (dispatch) manager.redo();
  return true;
};

/** Ends the current undo step. The next edit begins a new one. */
export function endUndoStep(state: EditorState): void {
  undoManagerOf(state)?.stopCapturing();
}

/** Makes a command an undo step of its own, separate from the typing before and after it. */
export function asOneUndoStep(command: Command): Command {
  return (state, dispatch, view) => {
    // A key whose command does not apply, such as Backspace within a line, continues the typing.
    if (!command(state, undefined, view)) return false;
    if (!dispatch) return true;
    inOneUndoStep(state, () => command(state, dispatch, view));
    return true;
  };
}

/** Makes all edits of `work` one undo step, however long they take. */
export function inOneUndoStep(state: EditorState, work: () => void): void {
  const manager = undoManagerOf(state);
  if (!manager) return work();
  const { captureTimeout } = manager;
  manager.stopCapturing();
  manager.captureTimeout = Infinity;
  try {
    work();
  } finally {
    manager.captureTimeout = captureTimeout;
    manager.stopCapturing();
  }
}
