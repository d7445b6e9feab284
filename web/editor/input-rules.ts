import {
  type Command,
  type EditorState,
  Plugin,
  PluginKey,
  type Transaction,
} from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { indentOf, isListKind, kindOf, type LineKind, schema } from '../../protocol/schema.ts';
import { lineAttributes, setLine } from './lines.ts';
import { endUndoStep, undo } from './undo.ts';

/** Text that turns into something else as soon as its last character is typed. */
interface InputRule {
  readonly pattern: RegExp;
  /** Applies to the document in which the text stands as typed; `null` leaves it so. */
  apply(state: EditorState, match: RegExpExecArray, from: number, to: number): Transaction | null;
}

/** A marker at the start of a line that makes it one of another kind. */
function lineRule(pattern: RegExp, kindFor: (match: RegExpExecArray) => LineKind): InputRule {
  return {
    pattern,
    apply(state, match, from, to) {
      const line = state.doc.resolve(from).parent;
      const kind = kindFor(match);
      const before = kindOf(line.attrs);
      // "1. Introduction" is a good heading.
      const isHeading = before === 'h1' || before === 'h2' || before === 'h3';
      if (isHeading && isListKind(kind)) return null;
      // In a list, people who know Markdown write the marker on every line: it is not repeated.
      if (before === kind && !isListKind(kind)) return null;
      const transaction = state.tr.delete(from, to);
      const indent = isListKind(kind) ? indentOf(line.attrs) : 0;
      const checked = kind === 'task' && /x/i.test(match[0]) ? true : null;
      setLine(transaction, from - 1, { ...lineAttributes(kind, indent), checked });
      return transaction;
    },
  };
}

/** Text between two equal markers that gets a mark. */
function markRule(pattern: RegExp, name: 'bold' | 'italic' | 'strike' | 'code'): InputRule {
  const mark = schema.marks[name];
  return {
    pattern,
    apply(state, match, _from, to) {
      const { marked = '', inner = '' } = match.groups ?? {};
      const marker = (marked.length - inner.length) / 2;
      const from = to - marked.length;
      if (state.doc.rangeHasMark(from, to, schema.marks.code)) return null;
      // Between backticks it is code that the person is about to end.
      const backticks = match.input.split('`').length - 1;
      if (name !== 'code' && backticks % 2 === 1) return null;
      return state.tr
        .delete(to - marker, to)
        .addMark(from + marker, to - marker, mark.create())
        .delete(from, from + marker)
        .removeStoredMark(mark);
    },
  };
}

const headings = ['h1', 'h2', 'h3'] as const;

const rules: readonly InputRule[] = [
  lineRule(/^(#{1,3}) $/, (match) => headings[(match[1] ?? '').length - 1] ?? 'h1'),
  lineRule(/^(?:- )?\[[ xX]?\] $/, () => 'task'),
  lineRule(/^[-*+] $/, () => 'bullet'),
  lineRule(/^1[.)] $/, () => 'ordered'),
  lineRule(/^> $/, () => 'quote'),
  {
    pattern: /^```$/,
    apply: (state, _match, from, to) =>
      state.tr.delete(from, to).setBlockType(from, from, schema.nodes.codeBlock),
  },
  {
    // Phones and Macs make a dash of the first two hyphens.
    pattern: /^(---|—-)$/,
    apply: (state, _match, from, to) =>
      state.tr.delete(from, to).insert(from - 1, schema.nodes.horizontalRule.create()),
  },
  markRule(/(?<marked>\*\*(?<inner>[^*\s](?:[^*]*[^*\s])?)\*\*)$/, 'bold'),
  markRule(/(?<![\w_])(?<marked>__(?<inner>[^_\s](?:[^_]*[^_\s])?)__)$/, 'bold'),
  markRule(/(?<!\*)(?<marked>\*(?<inner>[^*\s](?:[^*]*[^*\s])?)\*)$/, 'italic'),
  markRule(/(?<![\w_])(?<marked>_(?<inner>[^_\s](?:[^_]*[^_\s])?)_)$/, 'italic'),
  markRule(/(?<marked>~~(?<inner>[^~\s](?:[^~]*[^~\s])?)~~)$/, 'strike'),
  markRule(/(?<!`)(?<marked>`(?<inner>[^`]+)`)$/, 'code'),
];

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

function run(view: EditorView, from: number, to: number, text: string): boolean {
  const { state } = view;
  const $from = state.doc.resolve(from);
  if ($from.parent.type !== schema.nodes.paragraph) return false;
  const marks = state.storedMarks ?? $from.marks();
  if (marks.some((mark) => mark.type === schema.marks.code)) return false;
  const start = Math.max(0, $from.parentOffset - longestMatch);
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
