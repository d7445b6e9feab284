import type { EditorState, Transaction } from 'prosemirror-state';
import { indentOf, isListKind, kindOf, type LineKind, schema } from '../../../protocol/schema.ts';
import { lineAttributes, setAttributes } from '../model/lines.ts';
import { addressFrom } from './address-from.ts';

/** A change that is applied when the user types the last character of a pattern. */
export interface InputRule {
  readonly pattern: RegExp;
  /** Builds the change for a state that contains the typed text. Null leaves the text as it is. */
  apply(state: EditorState, match: RegExpExecArray, from: number, to: number): Transaction | null;
}

/** A marker at the start of a line sets the line's kind. */
function lineRule(pattern: RegExp, kindFor: (match: RegExpExecArray) => LineKind): InputRule {
  return {
    pattern,
    apply(state, match, from, to) {
      const line = state.doc.resolve(from).parent;
      const kind = kindFor(match);
      const before = kindOf(line.attrs);
      // A heading may begin with "1. ".
      const isHeading = before === 'h1' || before === 'h2' || before === 'h3';
      if (isHeading && isListKind(kind)) return null;
      // Authors who know Markdown type the marker on every list line. It is removed there.
      if (before === kind && !isListKind(kind)) return null;
      const transaction = state.tr.delete(from, to);
      const indent = isListKind(kind) ? indentOf(line.attrs) : 0;
      const checked = kind === 'task' && /x/i.test(match[0]) ? true : null;
      setAttributes(transaction, from - 1, { ...lineAttributes(kind, indent), checked });
      return transaction;
    },
  };
}

/** Text between two equal markers gets a mark. */
function markRule(pattern: RegExp, name: 'bold' | 'italic' | 'strike' | 'code'): InputRule {
  const mark = schema.marks[name];
  return {
    pattern,
    apply(state, match, _from, to) {
      const { marked = '', inner = '' } = match.groups ?? {};
      const marker = (marked.length - inner.length) / 2;
      const from = to - marked.length;
      if (state.doc.rangeHasMark(from, to, schema.marks.code)) return null;
      if (name !== 'code' && isInCode(state, match, from)) return null;
      return state.tr
        .delete(to - marker, to)
        .addMark(from + marker, to - marker, mark.create())
        .delete(from, from + marker)
        .removeStoredMark(mark);
    },
  };
}

const headings = ['h1', 'h2', 'h3'] as const;

/** `[text](address)`, if links may have that address. */
const linkRule: InputRule = {
  pattern: /(?<!!)\[(?<text>[^\]]+)\]\((?<address>[^\s()]+(?:\([^\s()]*\))?)\)$/,
  apply(state, match, from, to) {
    const { text = '', address = '' } = match.groups ?? {};
    const href = addressFrom(address);
    if (href === null || isInCode(state, match, from)) return null;
    const end = from + 1 + text.length;
    return state.tr
      .delete(end, to)
      .removeMark(from + 1, end, schema.marks.link)
      .addMark(from + 1, end, schema.marks.link.create({ href }))
      .delete(from, from + 1);
  },
};

/** Enter and space end both an address and a fence. */
const address =
  /(?<=^|[\s(])(?<address>(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;
const fence = /^(?:```|~~~)(?<language>[\w+#.-]*)/;

/** Links a complete address. */
const applyAddress: InputRule['apply'] = (state, match, from) => {
  const text = withoutPunctuation(match.groups?.address ?? '');
  const href = addressFrom(text);
  const to = from + text.length;
  const { link } = schema.marks;
  if (href === null || /^(https?:\/\/|www\.)$/.test(text)) return null;
  if (state.doc.rangeHasMark(from, to, link) || isInCode(state, match, from)) return null;
  return state.tr.addMark(from, to, link.create({ href }));
};

/** Removes the punctuation of a sentence that ends with an address. */
function withoutPunctuation(address: string): string {
  const bare = address.replace(/[.,;:!?'"…]+$/, '');
  const isOpen = bare.endsWith(')') && bare.split(')').length > bare.split('(').length;
  return isOpen ? withoutPunctuation(bare.slice(0, -1)) : bare;
}

/** Whether a match is code, or follows a backtick that is not closed yet. */
function isInCode(state: EditorState, match: RegExpExecArray, from: number): boolean {
  const end = from + match[0].length;
  return state.doc.rangeHasMark(from, end, schema.marks.code) ||
    match.input.split('`').length % 2 === 0;
}

/** Turns a line with a fence and an optional language into a code block. */
const applyFence: InputRule['apply'] = (state, match, from, to) => {
  // The line must contain nothing but the fence.
  if (state.doc.resolve(to).parent.content.size !== match[0].length) return null;
  const language = match.groups?.language || null;
  return state.tr.delete(from, to).setBlockType(from, from, schema.nodes.codeBlock, { language });
};

/** Rules that a typed character completes. */
export const typedRules: readonly InputRule[] = [
  lineRule(/^(#{1,6}) $/, (match) => headings[(match[1] ?? '').length - 1] ?? 'h3'),
  lineRule(/^(?:- )?\[[ xX]?\] $/, () => 'task'),
  lineRule(/^[-*+] $/, () => 'bullet'),
  // Any number: lists are numbered automatically.
  lineRule(/^\d{1,2}[.)] $/, () => 'ordered'),
  lineRule(/^> $/, () => 'quote'),
  { pattern: new RegExp(`${fence.source} $`), apply: applyFence },
  {
    // Phones and Macs replace the first two hyphens by a dash.
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
  linkRule,
  { pattern: new RegExp(`${address.source}\\s$`), apply: applyAddress },
];

/** Rules that Enter completes. */
export const enterRules: readonly InputRule[] = [
  { pattern: new RegExp(`${fence.source}$`), apply: applyFence },
  { pattern: new RegExp(`${address.source}$`), apply: applyAddress },
];
