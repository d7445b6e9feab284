import type { EditorState } from 'prosemirror-state';
import { indentOf, isListKind, kindOf, type LineKind, schema } from '../../../protocol/schema.ts';
import { lineAttributes, setAttributes } from '../model/lines.ts';
import type { InputRule } from './input-rule.ts';

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

/**
 * A number starts a list item if the list would show it. Any other one stays as it was typed, because
 * the schema has no lists that begin with another number.
 */
const orderedRule = lineRule(/^(\d{1,9})[.)] $/, () => 'ordered');
const numberRule: InputRule = {
  pattern: orderedRule.pattern,
  apply: (state, match, from, to) =>
    Number(match[1]) === numberOf(state, from) ? orderedRule.apply(state, match, from, to) : null,
};

/** The number that the line at a position shows, or would show, in an ordered list. */
function numberOf({ doc }: EditorState, position: number): number {
  const $line = doc.resolve(position);
  const level = indentOf($line.parent.attrs);
  let number = 1;
  for (let index = $line.index(0) - 1; index >= 0; index--) {
    const { attrs } = doc.child(index);
    const indent = indentOf(attrs);
    if (indent < level || indent === level && kindOf(attrs) !== 'ordered') break;
    if (indent === level) number++;
  }
  return number;
}

const headings = ['h1', 'h2', 'h3'] as const;

const fence = /^(?:`{3,}|~{3,}) ?(?<language>[\w+#.-]*)/;

/** Turns a line with a fence and an optional language into a code block. */
const applyFence: InputRule['apply'] = (state, match, from, to) => {
  // The line must contain nothing but the fence.
  if (state.doc.resolve(to).parent.content.size !== match[0].length) return null;
  const language = match.groups?.language || null;
  return state.tr.delete(from, to).setBlockType(from, from, schema.nodes.codeBlock, { language });
};

/** Rules for a marker at the start of a line, which a typed character completes. */
export const lineRules: readonly InputRule[] = [
  lineRule(/^(#{1,3}) $/, (match) => headings[(match[1] ?? '').length - 1] ?? 'h3'),
  lineRule(/^(?:- )?\[[ xX]?\] $/, () => 'task'),
  lineRule(/^[-*+] $/, () => 'bullet'),
  numberRule,
  lineRule(/^> $/, () => 'quote'),
  // Not without a language, which may follow.
  { pattern: new RegExp(`${fence.source}(?<=[\\w+#.-]) $`), apply: applyFence },
  {
    // Phones and Macs replace the first two hyphens by a dash.
    pattern: /^(---|—-)$/,
    apply: (state, _match, from, to) =>
      state.tr.delete(from, to).insert(from - 1, schema.nodes.horizontalRule.create()),
  },
];

/** Enter completes a fence. */
export const fenceRule: InputRule = { pattern: new RegExp(`${fence.source}$`), apply: applyFence };
