import * as Y from 'yjs';
import type { IdRange } from './item-edits.ts';

/** The items that are visible in a line, in order. Their lengths are those in ProseMirror. */
export function runsOf(element: Y.XmlElement): IdRange[] {
  return [...liveItems(element)].flatMap((item) => {
    const child = typeIn(item);
    const items = child instanceof Y.XmlText ? [...liveItems(child)] : [item];
    return items.filter(({ countable }) => countable)
      .map(({ id: { client, clock }, length }) => ({ client, clock, length }));
  });
}

export function* liveItems(type: { readonly _start: Y.Item | null }): Iterable<Y.Item> {
  for (let item = type._start; item; item = item.right) {
    if (!item.deleted) yield item;
  }
}

/** The type in an item; null if it contains another value. */
export function typeIn(item: Y.Item): unknown {
  return item.content instanceof Y.ContentType ? item.content.type : null;
}

/** The parts of runs between two offsets. */
export function sliceRuns(runs: readonly IdRange[], from: number, to: number): IdRange[] {
  const parts: IdRange[] = [];
  let start = 0;
  for (const run of runs) {
    const first = Math.max(from - start, 0);
    const end = Math.min(to - start, run.length);
    if (first < end) parts.push({ ...run, clock: run.clock + first, length: end - first });
    start += run.length;
  }
  return parts;
}

/** Replaces the part of runs between two offsets. */
export function spliceRuns(
  runs: readonly IdRange[],
  from: number,
  to: number,
  inserted: readonly IdRange[],
): IdRange[] {
  return [...sliceRuns(runs, 0, from), ...inserted, ...sliceRuns(runs, to, Infinity)];
}
