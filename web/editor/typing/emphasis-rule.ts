import { schema } from '../../../protocol/schema.ts';
import type { InputRule } from './input-rule.ts';

const { bold, italic, strike, code } = schema.marks;

/**
 * Formats the text between two equal runs of `*`, `_` or `~~` when the second one is complete, by the
 * rules of CommonMark for what opens and closes emphasis. Beyond these rules, no run opens behind a
 * letter or digit of a script that separates its words by spaces: `2*3*4` is a product.
 *
 * @see https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
 */
export const emphasisRule: InputRule = {
  pattern: /(?<!\*)\*{1,3}$|(?<!_)_{1,3}$|(?<!~)~~$/,
  apply(state, { 0: run, input, index: end }, _from, to) {
    const text = input + state.doc.textBetween(to, Math.min(to + 1, state.doc.resolve(to).end()));
    if (!canDelimit(text, end, run, false)) return null;
    const at = openerBefore(text, end, run);
    const from = to - input.length + at;
    const isInCode = text.slice(0, at).split('`').length % 2 === 0;
    if (at < 0 || isInCode || state.doc.rangeHasMark(from, to, code)) return null;
    const marks = run[0] === '~' ? [strike] : [italic, bold].filter((_, i) => run.length & (i + 1));
    const transaction = state.tr.delete(to - run.length, to);
    for (const mark of marks) {
      transaction.addMark(from + run.length, to - run.length, mark.create());
    }
    transaction.delete(from, from + run.length);
    return marks.reduce((edit, mark) => edit.removeStoredMark(mark), transaction);
  },
};

/** The nearest run before an index that opens emphasis; -1 if it is not equal to this one. */
function openerBefore(text: string, end: number, run: string): number {
  const delimiter = run.slice(0, 1);
  for (let at = end; at > 0;) {
    const last = text.lastIndexOf(delimiter, at - 1);
    if (last < 0) return -1;
    at = last;
    while (text[at - 1] === delimiter) at--;
    const found = text.slice(at, last + 1);
    if (canDelimit(text, at, found, true)) return found === run ? at : -1;
  }
  return -1;
}

/** Whether a whole run of delimiters opens emphasis, or closes it. */
function canDelimit(text: string, at: number, run: string, opens: boolean): boolean {
  const before = text.slice(0, at);
  const [outer, inner = ' '] = [before.slice(-1), text[at + run.length]];
  if (outer === run[0] || inner === run[0]) return false;
  // An escaped run, and one in an address.
  if (/(?<!\\)(\\\\)*\\$/.test(before) || opens && /:\/\/\S*$/.test(before)) return false;
  const [outside, inside] = opens ? [outer, inner] : [inner, outer];
  const isPunctuation = /[\p{P}\p{S}]/u;
  if (/\s/.test(inside) || isPunctuation.test(inside) && /[^\s\p{P}\p{S}]/u.test(outside)) {
    return false;
  }
  const isWord = opens || run[0] === '_' ? /[\p{L}\p{N}]/u.test(outside) : false;
  return !isWord ||
    run[0] !== '_' && /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}]/u.test(outside);
}
