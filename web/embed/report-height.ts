import type { ParentWindow } from './parent-window.ts';

/** Smaller changes, in CSS pixels, are not sent: the height could alternate if the parent rounds it. */
const minChange = 2;

/**
 * Sends the height of the page to its parent, now and whenever it changes. The page's height must not
 * depend on the height of the iframe, or each would enlarge the other.
 */
export function reportHeight(parentWindow: ParentWindow): void {
  let sent = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (Math.abs(height - sent) < minChange) return;
    sent = height;
    parentWindow.send({ type: 'resize', height });
  }).observe(document.body);
}
