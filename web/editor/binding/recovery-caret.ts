import { TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import * as Y from 'yjs';
import { bindingOf } from './binding.ts';

type View = Pick<EditorView, 'state' | 'dispatch'>;

/** Callbacks for `LostTextFinder`: text has lost its line, or was put back into another one. */
interface RecoveryHooks {
  onOrphaned(from: Y.Text): void;
  onRestored(type: Y.Text, index: number, length: number, from: Y.Text): void;
}

/**
 * Moves the caret to recovered text when the line that holds the caret is deleted and its text is
 * put back into another line. Otherwise the user would continue in the next line. If the user types
 * or moves the caret before that, the caret stays.
 */
export function moveCaretToRecoveredText(viewOf: () => View | null): RecoveryHooks {
  /** The deleted type that held the caret, and the caret's place after that. */
  let orphaned: { readonly from: Y.Text; caretPlace: string | null } | null = null;

  return {
    onOrphaned(from) {
      const view = viewOf();
      if (!view || typeAtCaret(view) !== from) return;
      const current: NonNullable<typeof orphaned> = { from, caretPlace: null };
      orphaned = current;
      // The view renders within this task.
      queueMicrotask(() => current.caretPlace = placeOfCaret(view));
    },
    onRestored(type, index, length, from) {
      const view = viewOf();
      if (!view || orphaned?.from !== from) return;
      const { caretPlace } = orphaned;
      orphaned = null;
      if (caretPlace !== null && caretPlace !== placeOfCaret(view)) return;
      const binding = bindingOf(view.state);
      const end = Y.createRelativePositionFromTypeIndex(type, index + length, -1);
      const position = binding.selections.positionOf(end, view.state.doc);
      if (position === null) return;
      const selection = TextSelection.near(view.state.doc.resolve(position));
      view.dispatch(view.state.tr.setSelection(selection).setMeta('addToHistory', false));
    },
  };
}

/** The type that held the caret before the current Yjs transaction. */
function typeAtCaret({ state }: View): unknown {
  const { selections, doc } = bindingOf(state);
  const { head = null } = selections.current ?? {};
  return head && Y.createAbsolutePositionFromRelativePosition(head, doc)?.type;
}

/** The caret's place within its line: edits above the line do not change it. */
function placeOfCaret({ state }: View): string {
  const { $head } = state.selection;
  return `${$head.parentOffset} ${$head.parent.textContent}`;
}
