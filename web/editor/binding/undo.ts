import { type Command, type EditorState, Plugin, PluginKey } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { type Binding, bindingOf } from './binding.ts';
import type { RelativeSelection } from './selection-tracker.ts';
import { UndoManager } from './undo-manager.ts';

/** Shown when a step changes nothing: the user would not know why. */
const nothingChanged = 'Nothing changed: others have deleted this text.';

/** The manager, and its view. */
interface UndoState {
  readonly manager: UndoManager;
  readonly notify: (message: string) => void;
  view: EditorView | null;
}

const undoKey = new PluginKey<UndoState>('edgepad-undo');

/** Undo and redo of this user's edits only. Calls `notify` when a step changes nothing. */
export function undoPlugin(
  binding: Binding,
  notify: UndoState['notify'] = () => {},
): Plugin<UndoState> {
  const undoState: UndoState = { manager: new UndoManager(binding), notify, view: null };
  return new Plugin<UndoState>({
    key: undoKey,
    state: { init: () => undoState, apply: (_transaction, value) => value },
    view: (view) => {
      undoState.view = view;
      const destroy = binding.onEdit((edit) => undoState.manager.add(edit));
      return { destroy };
    },
  });
}

/** Selects what a step has changed. */
function select({ view, notify }: UndoState, selection: RelativeSelection | null): void {
  if (!selection) return notify(nothingChanged);
  if (!view) return;
  const { state, dispatch } = view;
  const resolved = bindingOf(state).selections.resolve(selection, state.doc);
  const { tr } = state;
  if (resolved) tr.setSelection(resolved);
  dispatch(tr.setMeta('addToHistory', false).scrollIntoView());
}

/** Undoes this user's last edit. */
export const undo: Command = (state, dispatch) => {
  const undoState = undoKey.getState(state);
  if (!undoState?.manager.canUndo) return false;
  if (dispatch) select(undoState, undoState.manager.undo());
  return true;
};

/** Redoes the edit that {@link undo} undid last. */
export const redo: Command = (state, dispatch) => {
  const undoState = undoKey.getState(state);
  if (!undoState?.manager.canRedo) return false;
  if (dispatch) select(undoState, undoState.manager.redo());
  return true;
};

/** Ends the current undo step. The next edit begins a new one. */
export function endUndoStep(state: EditorState): void {
  undoKey.getState(state)?.manager.endStep();
}

/** Forgets all steps, such as when the ids of what they name have changed. */
export function clearUndo(state: EditorState): void {
  undoKey.getState(state)?.manager.clear();
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
  const manager = undoKey.getState(state)?.manager;
  if (manager) manager.asOneStep(work);
  else work();
}
