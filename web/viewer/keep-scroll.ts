import { isKeyed } from './morph.ts';

/**
 * Changes a page under somebody who is reading it: the first block in view stays where it is on the
 * screen, whatever grows or shrinks above it. At the top of the page, new text just appears.
 *
 * Browsers do this themselves, but not all of them.
 */
export function keepScroll(container: Element, change: () => void): void {
  if (scrollY <= 0) return change();
  const candidates = inView(container);
  const tops = candidates.map((element) => element.getBoundingClientRect().top);
  change();
  const kept = candidates.findIndex((element) => element.isConnected);
  const [element, top] = [candidates[kept], tops[kept]];
  if (!element || top === undefined) return;
  const moved = element.getBoundingClientRect().top - top;
  if (moved !== 0) scrollBy({ top: moved, behavior: 'instant' });
}

/** The innermost parts from the top of the screen on: some more than one, in case the first goes away. */
function inView(container: Element): Element[] {
  const children = [...container.children].filter(isKeyed);
  const first = children.findIndex((element) => element.getBoundingClientRect().bottom > 0);
  if (first < 0) return [];
  const here = children.slice(first, first + 20);
  // A long list moves under its reader while its own top stays where it is.
  return [...(here[0] ? inView(here[0]) : []), ...here];
}
