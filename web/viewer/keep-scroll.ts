/**
 * Changes a page under somebody who is reading it: the first block in view stays where it is on the
 * screen, whatever grows or shrinks above it. At the top of the page, new text just appears.
 *
 * Browsers do this themselves, but not all of them.
 */
export function keepScroll(container: Element, change: () => void): void {
  if (scrollY <= 0) return change();
  const all = [...container.children];
  const first = all.findIndex((element) => element.getBoundingClientRect().bottom > 0);
  // Some more, in case the first goes away.
  const candidates = first < 0 ? [] : all.slice(first, first + 20);
  const tops = candidates.map((element) => element.getBoundingClientRect().top);
  change();
  const kept = candidates.findIndex((element) => element.isConnected);
  const [element, top] = [candidates[kept], tops[kept]];
  if (!element || top === undefined) return;
  const moved = element.getBoundingClientRect().top - top;
  if (moved !== 0) scrollBy({ top: moved, behavior: 'instant' });
}
