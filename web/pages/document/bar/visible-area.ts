import type { EditorView } from 'prosemirror-view';

/** The height of what covers the window at its top and bottom, in pixels. */
interface CoveredArea {
  readonly top: number;
  readonly bottom: number;
}

/** Measures the bars now: one scrolls in a low window, the other moves with a phone's keyboard. */
export function coveredArea(): CoveredArea {
  const height = visualViewport?.height ?? innerHeight;
  const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
  const top = Math.max(0, box('.bar')?.bottom ?? 0, box('.find-bar:not([hidden])')?.bottom ?? 0);
  const toolbar = box('#toolbar');
  const bottom = toolbar && toolbar.top > height / 2 ? height - toolbar.top : 0;
  return { top: Math.min(top, height / 2), bottom: Math.max(0, bottom) };
}

/**
 * Scrolls the start of the selection between the bars if it is not there. Unlike ProseMirror's own
 * scrolling it works without focus in the text, which a search needs.
 */
export function scrollSelectionIntoView(view: EditorView): void {
  const { top, bottom } = coveredArea();
  const height = visualViewport?.height ?? innerHeight;
  const selection = view.coordsAtPos(view.state.selection.from);
  const margin = 24;
  if (selection.top >= top + margin && selection.bottom <= height - bottom - margin) return;
  // A third of the way down: the text that follows is of more use than the text before.
  scrollBy({ top: selection.top - top - (height - top - bottom) / 3, behavior: 'instant' });
}

/** Makes ProseMirror scroll the caret clear of the bars. By default it stops at the window's edge. */
export function keepCaretClearOfBars(view: EditorView): void {
  const update = () => {
    if (view.isDestroyed) return;
    const { top, bottom } = coveredArea();
    const margin = { top: top + 16, bottom: bottom + 24, left: 0, right: 0 };
    view.setProps({ scrollMargin: margin, scrollThreshold: margin });
  };
  visualViewport?.addEventListener('resize', update);
  addEventListener('resize', update);
  update();
}

/**
 * Keeps `--keyboard` at the height that the on-screen keyboard covers, in pixels. Most browsers shrink
 * the page instead, as `interactive-widget` in the HTML requests. In Safari the keyboard covers the page,
 * and everything that is fixed to its bottom.
 */
export function trackKeyboard(): void {
  const viewport = visualViewport;
  if (!viewport) return;
  const update = () => {
    const { height, offsetTop, scale } = viewport;
    // After a pinch zoom the difference is not a keyboard.
    const inset = scale > 1.05 ? 0 : Math.max(0, Math.round(innerHeight - height - offsetTop));
    document.documentElement.style.setProperty('--keyboard', `${inset}px`);
  };
  viewport.addEventListener('resize', update);
  viewport.addEventListener('scroll', update);
  update();
}
