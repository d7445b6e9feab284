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

/** A line somebody else has written in stays when its maker undoes making it. */
const protectedNodes = new Set(['paragraph', 'codeBlock']);

/**
 * Undo of this person's own edits, and of nobody else's. The plugins must stand after the binding's:
 * they use what it has just written.
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
        // After yUndoPlugin's own handler, whose selection comes too late: the undo is drawn by then.
        const restore = (event: PoppedEvent) => restoreCaret(view, event.stackItem.meta);
        undoManager.on('stack-item-popped', restore);
        return { destroy: () => undoManager.off('stack-item-popped', restore) };
      },
    }),
  ];
}

type PoppedEvent = { readonly stackItem: { readonly meta: Map<unknown, unknown> } };

/** Where the caret was, as yUndoPlugin keeps it with each undoable edit. */
type RelativeSelection = { anchor: Y.RelativePosition | null; head: Y.RelativePosition | null };

/** Puts the caret where it was before the edit that has just been undone. */
function restoreCaret(view: EditorView, meta: Map<unknown, unknown>): void {
  const binding = bindingOf(view.state);
  const before = meta.get(binding) as RelativeSelection | null | undefined;
  // yUndoPlugin leaves its selection here for the next update from anybody: the caret would jump then.
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

/** Takes back this person's last edit. */
export const undo: Command = (state, dispatch) => {
  const manager = undoManagerOf(state);
  if (!manager?.canUndo()) return false;
  if (dispatch) manager.undo();
  return true;
};

/** Does again what {@link undo} took back last. */
export const redo: Command = (state, dispatch) => {
  const manager = undoManagerOf(state);
  if (!manager?.canRedo()) return false;
  if (dispatch) manager.redo();
  return true;
};

/** Ends the run of typing that one undo takes back. The next edit begins another. */
export function endUndoStep(state: EditorState): void {
  undoManagerOf(state)?.stopCapturing();
}

/** The same command, undone by itself: neither with what was typed before it nor after. */
export function asOneUndoStep(command: Command): Command {
  return (state, dispatch, view) => {
    // A key whose command does not apply, such as Backspace within a line, is ordinary typing.
    if (!command(state, undefined, view)) return false;
    if (!dispatch) return true;
    endUndoStep(state);
    command(state, dispatch, view);
    endUndoStep(state);
    return true;
  };
}
