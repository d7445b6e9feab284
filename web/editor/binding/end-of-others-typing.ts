import type { ResolvedPos } from 'prosemirror-model';
import type * as Y from 'yjs';
import type { IdRange } from '../content/item-edits.ts';
import { sliceRuns } from '../content/line-runs.ts';
import type { RecentText } from './recent-text.ts';

/** The part of the binding that knows what others are typing. */
interface TypingBinding {
  readonly doc: Y.Doc;
  readonly elements: readonly Y.XmlElement[];
  readonly recent: RecentText;
  runsOf(element: Y.XmlElement): readonly IdRange[];
}

/** The end of the text that others are typing to the right of own text at this position. */
export function endOfOthersTyping(binding: TypingBinding, $position: ResolvedPos): number {
  const { pos: position, parentOffset: offset } = $position;
  const element = binding.elements[$position.index(0)];
  if (!element || $position.depth === 0) return position;
  const runs = binding.runsOf(element);
  const left = sliceRuns(runs, offset - 1, offset)[0];
  if (left?.client !== binding.doc.clientID) return position;
  let end = position;
  for (const { client, clock, length } of sliceRuns(runs, offset, Infinity)) {
    if (client === left.client || !binding.recent.has(client, clock)) break;
    end += length;
  }
  return end;
}
