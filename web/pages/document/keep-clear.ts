import type { Editor } from '../../editor/editor.ts';
import { covered } from './outline/scroll-into-view.ts';

/** ProseMirror scrolls the caret to the edge of the window, where a bar would be over it. */
export function keepCaretClearOfBars({ view }: Editor): void {
  const update = () => {
    if (view.isDestroyed) return;
    const { top, bottom } = covered();
    const margin = { top: top + 16, bottom: bottom + 24, left: 0, right: 0 };
    view.setProps({ scrollMargin: margin, scrollThreshold: margin });
  };
  visualViewport?.addEventListener('resize', update);
  addEventListener('resize', update);
  update();
}
