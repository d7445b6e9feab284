import { isKeyed } from './morph.ts';

/** The number of elements whose positions are recorded: the change may remove the first ones. */
const maxCandidates = 20;

/**
 * Changes the page without moving what the reader sees: the first element in view keeps its position on
 * the screen. At the top of the page it only makes the change, so that new content is visible.
 *
 * Safari has no scroll anchoring of its own.
 */
export function keepScroll(container: Element, change: () => void): void {
  if (scrollY <= 0) return change();
  const candidates = elementsInView(container);
  const tops = candidates.map((element) => element.getBoundingClientRect().top);
  change();
  const index = candidates.findIndex((element) => element.isConnected);
  const [element, top] = [candidates[index], tops[index]];
  if (!element || top === undefined) return;
  const moved = element.getBoundingClientRect().top - top;
  if (moved !== 0) scrollBy({ top: moved, behavior: 'instant' });
}

/** The innermost keyed elements from the top of the screen on. */
function elementsInView(container: Element): Element[] {
  const children = [...container.children].filter(isKeyed);
  const first = children.findIndex((element) => element.getBoundingClientRect().bottom > 0);
  if (first < 0) return [];
  const inView = children.slice(first, first + maxCandidates);
  // A change within a long list moves its items, but not its top.
  return [...(inView[0] ? elementsInView(inView[0]) : []), ...inView];
}
