import type { EditorState } from 'prosemirror-state';
import { sliceRuns } from '../content/line-runs.ts';
import { bindingOf } from './binding.ts';

/** The end of the text that others are typing to the right of own text at this position. */
export function endOfOthersTyping(state: EditorState, position: number): number {
  const binding = bindingOf(state);
  const $position = state.doc.resolve(position);
  const element = binding.elements[$position.index(0)];
  if (!element || $position.depth === 0) return position;
  const [runs, offset] = [binding.runsOf(element), $position.parentOffset];
  const left = sliceRuns(runs, offset - 1, offset)[0];
  if (left?.client !== binding.doc.clientID) return position;
  let end = position;
  for (const { client, clock, length } of sliceRuns(runs, offset, Infinity)) {
    if (client === left.client || !binding.recent.has(client, clock)) break;
    end += length;
  }
  return end;
}
