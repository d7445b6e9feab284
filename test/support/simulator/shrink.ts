/**
 * The fewest items, in their order, for which this still holds: delta debugging. Leaves out ever
 * smaller runs of them until no single one can be spared.
 */
export function shrink<T>(items: readonly T[], holds: (fewer: readonly T[]) => boolean): T[] {
  let kept = [...items];
  for (let size = kept.length >>> 1; size > 0; size = size === 1 ? 0 : size >>> 1) {
    for (let start = 0; start < kept.length;) {
      const fewer = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (holds(fewer)) kept = fewer;
      else start += size;
    }
  }
  return kept;
}
