import type { Node } from 'prosemirror-model';
import type { Command, EditorState, Transaction } from 'prosemirror-state';
import { indentOf, isListKind, kindOf, maxIndent, schema } from '../../../protocol/schema.ts';
import { type AttributeChange, selectedLines, setAttributesOf } from '../model/lines.ts';

/** The level of the list line directly above, or -1 if there is none. */
function listLevelAbove(doc: Node, position: number): number {
  const above = doc.resolve(position).nodeBefore;
  return above?.type === schema.nodes.paragraph && isListKind(kindOf(above.attrs))
    ? indentOf(above.attrs)
    : -1;
}

/**
 * Tab in code: inserts a tab, or indents the lines of a selection. Shift-Tab removes a tab or up to four
 * spaces at the start of each line.
 */
function indentCode(state: EditorState, step: 1 | -1): Transaction {
  const { $from, $to, empty } = state.selection;
  if (empty && step > 0) return state.tr.insertText('\t');
  const transaction = state.tr;
  const text = $from.parent.textContent;
  let at = text.lastIndexOf('\n', $from.parentOffset - 1) + 1;
  for (; at <= $to.parentOffset; at = text.indexOf('\n', at) + 1 || Infinity) {
    const position = transaction.mapping.map($from.start() + at);
    const [removed = ''] = /^(?:\t| {1,4})/.exec(text.slice(at, at + 4)) ?? [];
    if (step > 0) transaction.insert(position, schema.text('\t'));
    else transaction.delete(position, position + removed.length);
  }
  return transaction;
}

/**
 * Indents or outdents the selected lines by one level, list lines at most one level deeper than the list
 * line above. Applies also if nothing changes: Tab must not move the focus out of the text.
 */
function indentBy(step: 1 | -1): Command {
  return (state, dispatch) => {
    if (!dispatch) return true;
    const { $from, $to } = state.selection;
    if ($from.parent.type === schema.nodes.codeBlock && $from.sameParent($to)) {
      dispatch(indentCode(state, step).scrollIntoView());
      return true;
    }
    const transaction = state.tr;
    const changes: AttributeChange[] = [];
    let above: { readonly end: number; readonly level: number } | null = null;
    for (const { node, position } of selectedLines(state)) {
      const kind = kindOf(node.attrs);
      const isList = isListKind(kind);
      const levelAbove = above?.end === position
        ? above.level
        : listLevelAbove(state.doc, position);
      const max = isList ? Math.min(levelAbove + 1, maxIndent) : kind === 'text' ? maxIndent : 0;
      const before = indentOf(node.attrs);
      const wanted = step > 0 ? Math.max(before, Math.min(before + 1, max)) : before - 1;
      const level = Math.max(wanted, 0);
      if (level !== before) changes.push({ position, attributes: { indent: level || null } });
      above = isList ? { end: position + node.nodeSize, level } : null;
    }
    setAttributesOf(transaction, changes);
    if (transaction.docChanged) dispatch(transaction.scrollIntoView());
    return true;
  };
}

export const indentLines: Command = indentBy(1);
export const outdentLines: Command = indentBy(-1);
