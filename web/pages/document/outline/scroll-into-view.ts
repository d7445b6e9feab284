import type { EditorView } from 'prosemirror-view';

/** What covers the text at the top and at the bottom of the screen, in pixels. */
export interface Covered {
  readonly top: number;
  readonly bottom: number;
}

/** Measured now: the bar scrolls away on a low screen, and the keyboard comes and goes. */
export function covered(): Covered {
  const height = visualViewport?.height ?? innerHeight;
  const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
  const top = Math.max(0, box('.bar')?.bottom ?? 0, box('.find-bar:not([hidden])')?.bottom ?? 0);
  const toolbar = box('#toolbar');
  const bottom = toolbar && toolbar.top > height / 2 ? height - toolbar.top : 0;
  return { top: Math.min(top, height / 2), bottom: Math.max(0, bottom) };
}

/**
 * Scrolls, where it has to, so that the caret or the selection can be seen, clear of the bars.
 * ProseMirror's own scrolling waits for the focus to be in the text; while somebody searches it is not.
 */
export function scrollSelectionIntoView(view: EditorView): void {
  const { top, bottom } = covered();
  const height = visualViewport?.height ?? innerHeight;
  const place = view.coordsAtPos(view.state.selection.from);
  const margin = 24;
  if (place.top >= top + margin && place.bottom <= height - bottom - margin) return;
  // A third of the way down: what follows matters more than what stands before.
  scrollBy({ top: place.top - top - (height - top - bottom) / 3, behavior: 'instant' });
}
