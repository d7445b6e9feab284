import type { Command } from 'prosemirror-state';
import { isChecked, kindOf } from '../../../protocol/schema.ts';
import { selectedLines, setAttributesOf } from '../model/lines.ts';

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
