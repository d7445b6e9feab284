import type { EditorState } from 'prosemirror-state';
import { safeImageSource } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';
import { addressFrom } from '../commands/address-from.ts';
import { emphasisRule } from './emphasis-rule.ts';
import type { InputRule } from './input-rule.ts';

/** Text between two backticks becomes code. */
const codeRule: InputRule = {
  pattern: /(?<!`)`([^`]+)`$/,
  apply(state, _match, from, to) {
    const { code } = schema.marks;
    if (state.doc.rangeHasMark(from, to, code)) return null;
    return state.tr
      .delete(to - 1, to)
      .addMark(from + 1, to - 1, code.create())
      .delete(from, from + 1)
      .removeStoredMark(code);
  },
};

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

/** `![description](address)` becomes an image, below the text of its line. */
const imageRule: InputRule = {
  pattern: /!\[(?<alt>[^\]]*)\]\((?<address>[^\s()]+)\)$/,
  apply(state, match, from, to) {
    const { alt = '', address = '' } = match.groups ?? {};
    const src = safeImageSource(address);
    if (src === null || isInCode(state, match, from)) return null;
    const line = state.doc.resolve(from);
    const isAlone = line.parent.content.size === match[0].length;
    const transaction = state.tr.delete(from, to);
    const at = isAlone ? line.before() : transaction.mapping.map(line.after());
    return transaction.insert(at, schema.nodes.image.create({ src, alt }));
  },
};

/** Enter and space end an address. */
const address =
  /(?<=^|\s|(?<!\])\()(?<address>(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;
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

/** Rules for text within a line, which a typed character completes. */
export const inlineRules: readonly InputRule[] = [
  emphasisRule,
  codeRule,
  imageRule,
  linkRule,
  { pattern: new RegExp(`${address.source}\\s$`), apply: applyAddress },
];

/** Enter completes an address. */
export const addressRule: InputRule = {
  pattern: new RegExp(`${address.source}$`),
  apply: applyAddress,
};
