/**
 * A clock that never goes back, over one that may: it counts only the steps forward of `read`.
 *
 * Workers need it: their `performance.now()` returns `Date.now()`, which follows the system clock.
 */
export function monotonicClock(read: () => number): () => number {
  let last = read();
  let elapsed = 0;
  return () => {
    const now = read();
    elapsed += Math.max(0, now - last);
    last = now;
    return elapsed;
  };
}
