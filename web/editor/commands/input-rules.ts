import { type Command, Plugin, PluginKey } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '../../../protocol/schema.ts';
import { enterRules, type InputRule, typedRules } from './markdown-rules.ts';
import { endUndoStep, undo } from '../binding/undo.ts';

/** Only so much before the caret is looked at. */
const longestMatch = 500;

const key = new PluginKey<{ readonly justApplied: boolean }>('edgepad-input-rules');

/**
 * Markdown while typing. The text is written as it was typed first, and the rule applied to it as
 * an edit of its own: so undo, or Backspace right away, gives back exactly what was typed.
 */
export function inputRules(): Plugin {
  return new Plugin({
    key,
    state: {
      init: () => ({ justApplied: false }),
      apply(transaction, value) {
        if (transaction.getMeta(key) === 'applied') return { justApplied: true };
        return transaction.docChanged || transaction.selectionSet ? { justApplied: false } : value;
      },
    },
    props: {
      handleTextInput: (view, from, to, text) => !view.composing && run(view, from, to, text),
      handleKeyDown(view, event) {
        const isPlainEnter = event.key === 'Enter' && !event.shiftKey && !event.ctrlKey &&
          !event.metaKey && !event.altKey;
        const { empty, from } = view.state.selection;
        if (!isPlainEnter || view.composing || !empty) return false;
        // The fence becomes the block, and Enter is used up; after an address it ends the line.
        return run(view, from, from, '', enterRules) &&
          view.state.selection.$from.parent.type === schema.nodes.codeBlock;
      },
      handleDOMEvents: {
        compositionend: (view) => {
          // The browser reports the composed text only after this event.
          setTimeout(() => {
            const { empty, from } = view.state.selection;
            if (!view.isDestroyed && empty) run(view, from, from, '');
          });
        },
      },
    },
  });
}

function run(
  view: EditorView,
  from: number,
  to: number,
  text: string,
  tried: readonly InputRule[] = typedRules,
): boolean {
  const { state } = view;
  const $from = state.doc.resolve(from);
  if ($from.parent.type !== schema.nodes.paragraph) return false;
  const marks = state.storedMarks ?? $from.marks();
  if (marks.some((mark) => mark.type === schema.marks.code)) return false;
  const start = Math.max(0, $from.parentOffset - longestMatch);
  const before = $from.parent.textBetween(start, $from.parentOffset, null, '\ufffc') + text;
  for (const rule of tried) {
    const match = rule.pattern.exec(before);
    if (!match || (start > 0 && match.index === 0)) continue;
    const typed = text === '' ? state : state.apply(state.tr.insertText(text, from, to));
    const end = from + text.length;
    const transaction = rule.apply(typed, match, end - match[0].length, end);
    if (!transaction) continue;
    if (text !== '') view.dispatch(state.tr.insertText(text, from, to));
    endUndoStep(view.state);
    // Applied again to the state that is really there: plugins may have added to it.
    const applied = rule.apply(view.state, match, end - match[0].length, end);
    if (applied) view.dispatch(applied.setMeta(key, 'applied').scrollIntoView());
    endUndoStep(view.state);
    return true;
  }
  return false;
}

/** Takes an input rule back, if it was the very last thing that happened here. */
export const undoInputRule: Command = (state, dispatch, view) =>
  key.getState(state)?.justApplied === true && undo(state, dispatch, view);
