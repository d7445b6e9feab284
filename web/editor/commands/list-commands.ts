import type { Node } from 'prosemirror-model';
import type { Command } from 'prosemirror-state';
import {
  indentOf,
  isChecked,
  isListKind,
  kindOf,
  maxIndent,
  schema,
} from '../../../protocol/schema.ts';
import { type AttributeChange, selectedLines, setAttributesOf } from '../model/lines.ts';

/** The level of the list line directly above, or -1 if there is none. */
function listLevelAbove(doc: Node, position: number): number {
  const above = doc.resolve(position).nodeBefore;
  return above?.type === schema.nodes.paragraph && isListKind(kindOf(above.attrs))
    ? indentOf(above.attrs)
    : -1;
}

/**
 * Indents or outdents the selected list lines by one level, at most one level deeper than the list
 * line above. Applies to every list line, even if nothing changes: Tab must not move the focus out
 * of a list.
 */
function indentBy(step: 1 | -1): Command {
  return (state, dispatch) => {
    const lines = selectedLines(state).filter(({ node }) => isListKind(kindOf(node.attrs)));
    if (lines.length === 0) return false;
    if (!dispatch) return true;
    const transaction = state.tr;
    const changes: AttributeChange[] = [];
    let above: { readonly end: number; readonly level: number } | null = null;
    for (const { node, position } of lines) {
      const levelAbove = above?.end === position
        ? above.level
        : listLevelAbove(state.doc, position);
      const max = Math.min(levelAbove + 1, maxIndent);
      const before = indentOf(node.attrs);
      const wanted = step > 0 ? Math.max(before, Math.min(before + 1, max)) : before - 1;
      const level = Math.max(wanted, 0);
      if (level !== before) changes.push({ position, attributes: { indent: level || null } });
      above = { end: position + node.nodeSize, level };
    }
    setAttributesOf(transaction, changes);
    if (transaction.docChanged) dispatch(transaction.scrollIntoView());
    return true;
  };
}

export const indentLines: Command = indentBy(1);
export const outdentLines: Command = indentBy(-1);

/** Checks the selected tasks, or unchecks them if all are checked. */
export const toggleChecked: Command = (state, dispatch) => {
  const tasks = selectedLines(state).filter(({ node }) => kindOf(node.attrs) === 'task');
  if (tasks.length === 0) return false;
  const transaction = state.tr;
  const checked = tasks.every(({ node }) => isChecked(node.attrs)) ? null : true;
  setAttributesOf(
    transaction,
    tasks.map(({ position }) => ({ position, attributes: { checked } })),
  );
  dispatch?.(transaction);
  return true;
};
