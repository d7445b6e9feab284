import type { EditorState, Transaction } from 'prosemirror-state';
import { indentOf, isListKind, kindOf, type LineKind, schema } from '../../../protocol/schema.ts';
import { lineAttributes, setLine } from '../model/lines.ts';
import { addressFrom } from './links.ts';

/** Text that turns into something else as soon as its last character is typed. */
export interface InputRule {
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

/** `[text](address)`, where the address is one a link may have. */
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

/** Both the key that ends a line and a space end an address, and a fence. */
const address =
  /(?<=^|[\s(])(?<address>(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;
const fence = /^(?:```|~~~)(?<language>[\w+#.-]*)/;

/** An address that has been typed to its end. */
const applyAddress: InputRule['apply'] = (state, match, from) => {
  const text = withoutPunctuation(match.groups?.address ?? '');
  const href = addressFrom(text);
  const to = from + text.length;
  const { link } = schema.marks;
  if (href === null || /^(https?:\/\/|www\.)$/.test(text)) return null;
  if (state.doc.rangeHasMark(from, to, link) || isInCode(state, match, from)) return null;
  return state.tr.addMark(from, to, link.create({ href }));
};

/** A sentence may end right behind an address: its point, or bracket, is no part of that. */
function withoutPunctuation(address: string): string {
  const bare = address.replace(/[.,;:!?'"…]+$/, '');
  const isOpen = bare.endsWith(')') && bare.split(')').length > bare.split('(').length;
  return isOpen ? withoutPunctuation(bare.slice(0, -1)) : bare;
}

/** Whether what a rule has found is code, or between backticks that the person is about to close. */
function isInCode(state: EditorState, match: RegExpExecArray, from: number): boolean {
  const end = from + match[0].length;
  return state.doc.rangeHasMark(from, end, schema.marks.code) ||
    match.input.split('`').length % 2 === 0;
}

/** A fence begins a block of code when the line is done: then its language is known, too. */
const applyFence: InputRule['apply'] = (state, match, from, to) => {
  // Only a line that is nothing but the fence.
  if (state.doc.resolve(to).parent.content.size !== match[0].length) return null;
  const language = match.groups?.language || null;
  return state.tr.delete(from, to).setBlockType(from, from, schema.nodes.codeBlock, { language });
};

/** Those for which a character that is typed is the last. */
export const typedRules: readonly InputRule[] = [
  lineRule(/^(#{1,6}) $/, (match) => headings[(match[1] ?? '').length - 1] ?? 'h3'),
  lineRule(/^(?:- )?\[[ xX]?\] $/, () => 'task'),
  lineRule(/^[-*+] $/, () => 'bullet'),
  // Whatever the number: a list counts by itself.
  lineRule(/^\d{1,2}[.)] $/, () => 'ordered'),
  lineRule(/^> $/, () => 'quote'),
  { pattern: new RegExp(`${fence.source} $`), apply: applyFence },
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
  linkRule,
  { pattern: new RegExp(`${address.source}\\s$`), apply: applyAddress },
];

/** Those for which Enter is the last character. */
export const enterRules: readonly InputRule[] = [
  { pattern: new RegExp(`${fence.source}$`), apply: applyFence },
  { pattern: new RegExp(`${address.source}$`), apply: applyAddress },
];
