import { TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { relativePositionToAbsolutePosition } from 'y-prosemirror';
import * as Y from 'yjs';
import { bindingOf } from './binding.ts';

type View = Pick<EditorView, 'state' | 'dispatch'>;

/** What `LostTextFinder` calls when text falls, and when it is put back. */
export interface RecoveryHooks {
  onOrphaned(from: Y.Text): void;
  onRestored(type: Y.Text, index: number, length: number, from: Y.Text): void;
}

/**
 * Takes the caret along when the line it is in falls and what was typed there is put back elsewhere.
 * Without it the caret would drop into the next line, and the next words with it. Whoever moves the
 * caret or types before that has gone on elsewhere, and is left there.
 */
export function moveCaretToRecoveredText(viewOf: () => View | null): RecoveryHooks {
  /** The type that fell with the caret in it, and where the caret came to stand. */
  let fallen: { readonly from: Y.Text; landing: string | null } | null = null;

  return {
    onOrphaned(from) {
      const view = viewOf();
      if (!view || lineOfCaret(view) !== from) return;
      const landed: { readonly from: Y.Text; landing: string | null } = { from, landing: null };
      fallen = landed;
      // The view is drawn within this task.
      queueMicrotask(() => landed.landing = placeOf(view));
    },
    onRestored(type, index, length, from) {
      const view = viewOf();
      if (!view || fallen?.from !== from) return;
      const { landing } = fallen;
      fallen = null;
      if (landing !== null && landing !== placeOf(view)) return;
      const binding = bindingOf(view.state);
      const end = Y.createRelativePositionFromTypeIndex(type, index + length, -1);
      const { doc, mapping } = binding;
      const position = relativePositionToAbsolutePosition(doc, binding.type, end, mapping);
      if (position === null) return;
      const selection = TextSelection.near(view.state.doc.resolve(position));
      view.dispatch(view.state.tr.setSelection(selection).setMeta('addToHistory', false));
    },
  };
}

/**
 * The type the caret was in before the transaction that is under way. The binding notes that for
 * itself; afterwards nothing of the view fits the document until it is drawn again.
 */
function lineOfCaret({ state }: View): unknown {
  const binding = bindingOf(state);
  const before: unknown = Reflect.get(binding, 'beforeTransactionSelection');
  if (typeof before !== 'object' || before === null) return null;
  const head: unknown = Reflect.get(before, 'head');
  if (!(head instanceof Y.RelativePosition)) return null;
  return Y.createAbsolutePositionFromRelativePosition(head, binding.doc)?.type ?? null;
}

/** Where the caret is, in terms that lines which come and go above it leave alone. */
function placeOf({ state }: View): string {
  const { $head } = state.selection;
  return `${$head.parentOffset} ${$head.parent.textContent}`;
}
