import type { ParentWindow } from './parent-window.ts';

/** Smaller changes are told nobody: a site that rounds would answer with one of its own, for ever. */
const least = 2;

/**
 * Tells the site how high the page is as a whole, and again whenever that changes. The page must not
 * be measured by the height of its frame, or the two would push each other up.
 */
export function reportHeight(site: ParentWindow): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (Math.abs(height - told) < least) return;
    told = height;
    site.tell({ type: 'resize', height });
  }).observe(document.body);
}
