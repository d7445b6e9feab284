/**
 * Delta debugging: removes ever shorter runs of items while `fails` returns true, until every single
 * item is necessary.
 */
export function shrink<T>(items: readonly T[], fails: (fewer: readonly T[]) => boolean): T[] {
  let kept = [...items];
  for (let size = kept.length >>> 1; size > 0; size = size === 1 ? 0 : size >>> 1) {
    for (let start = 0; start < kept.length;) {
      const fewer = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (fails(fewer)) kept = fewer;
      else start += size;
    }
  }
  return kept;
}
