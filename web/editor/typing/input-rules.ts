import { type Command, Plugin, PluginKey } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '../../../protocol/schema.ts';
import { endUndoStep, undo } from '../binding/undo.ts';
import { closeFence } from '../commands/append-line.ts';
import type { InputRule } from './input-rule.ts';
import { inlineRulesChunk } from './inline-rules-chunk.ts';
import { fenceRule, lineRules } from './line-rules.ts';

/**
 * Maximum number of characters before the caret that a rule can match, and of typed characters. The
 * patterns take up to n² steps.
 */
const maxMatchLength = 500;

const key = new PluginKey<{ readonly justApplied: boolean }>('edgepad-input-rules');

/** The views in which the user typed before the rules for text within a line had loaded. */
const typedEarly = new WeakSet<EditorView>();

/**
 * Formats Markdown as the user types. The typed text is inserted first, and the rule is applied as
 * a separate edit: undo, or Backspace right after it, restores exactly what was typed.
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
      handleTextInput(view, from, to, text) {
        if (!inlineRulesChunk.loaded) typedEarly.add(view);
        return !view.composing && applyRule(view, from, to, text);
      },
      handleKeyDown(view, event) {
        const isPlainEnter = event.key === 'Enter' && !event.shiftKey && !event.ctrlKey &&
          !event.metaKey && !event.altKey;
        const { empty, from } = view.state.selection;
        if (!isPlainEnter || view.composing || !empty) return false;
        if (closeFence(view.state, view.dispatch)) return true;
        // A fence becomes a code block and consumes Enter. After an address Enter splits the line.
        const address = inlineRulesChunk.loaded?.addressRule;
        return applyRule(view, from, from, '', address ? [fenceRule, address] : [fenceRule]) &&
          view.state.selection.$from.parent.type === schema.nodes.codeBlock;
      },
      handleDOMEvents: {
        compositionend: (view) => {
          // The browser inserts the composed text only after this event.
          setTimeout(() => {
            const { empty, from } = view.state.selection;
            if (!view.isDestroyed && empty) applyRule(view, from, from, '');
          });
        },
      },
    },
  });
}

function applyRule(
  view: EditorView,
  from: number,
  to: number,
  text: string,
  rules: readonly InputRule[] = [...lineRules, ...inlineRulesChunk.loaded?.inlineRules ?? []],
): boolean {
  const { state } = view;
  const $from = state.doc.resolve(from);
  if ($from.parent.type !== schema.nodes.paragraph || text.length > maxMatchLength) return false;
  const marks = state.storedMarks ?? $from.marks();
  if (marks.some((mark) => mark.type === schema.marks.code)) return false;
  const start = Math.max(0, $from.parentOffset - maxMatchLength);
  const before = $from.parent.textBetween(start, $from.parentOffset, null, '\ufffc') + text;
  for (const rule of rules) {
    const match = rule.pattern.exec(before);
    if (!match || (start > 0 && match.index === 0)) continue;
    const typed = text === '' ? state : state.apply(state.tr.insertText(text, from, to));
    const end = from + text.length;
    const transaction = rule.apply(typed, match, end - match[0].length, end);
    if (!transaction) continue;
    if (text !== '') view.dispatch(state.tr.insertText(text, from, to));
    endUndoStep(view.state);
    // Apply the rule to the current state: plugins may have changed it.
    const applied = rule.apply(view.state, match, end - match[0].length, end);
    if (applied) view.dispatch(applied.setMeta(key, 'applied').scrollIntoView());
    endUndoStep(view.state);
    return true;
  }
  return false;
}

/** Applies the rules to the line at the caret, if the user typed in it before they had loaded. */
export function applyMissedRules(view: EditorView): void {
  if (view.isDestroyed || view.composing || !typedEarly.delete(view)) return;
  const { $from } = view.state.selection;
  let end = $from.pos;
  for (let at = $from.start() + 1; at <= end; at++) {
    if (applyRule(view, at, at, '', inlineRulesChunk.loaded?.inlineRules)) {
      end = view.state.selection.from;
      at = $from.start();
    }
  }
}

/** Undoes an input rule if it was the last edit. */
export const undoInputRule: Command = (state, dispatch, view) =>
  key.getState(state)?.justApplied === true && undo(state, dispatch, view);
