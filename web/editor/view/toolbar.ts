import { type Command, Plugin } from 'prosemirror-state';
import { lazyPluginView } from './view-chunk.ts';
import type { ToolbarView } from './toolbar-view.ts';

/**
 * A toolbar in `element`, which fills it right after the first paint of the text. It must be as
 * high without its buttons. `openLink` and `openImage` show their dialogs. Alt+F10 leads
 * from the text to the toolbar.
 */
export function createToolbar(element: HTMLElement, openLink: Command, openImage: Command): Plugin {
  let toolbar: ToolbarView | null = null;
  /** Whether somebody has asked for it before it was there. */
  let isWanted = false;
  return new Plugin({
    props: {
      handleKeyDown(_view, event) {
        if (event.key !== 'F10' || !event.altKey) return false;
        if (toolbar) toolbar.enter();
        else isWanted = true;
        return true;
      },
    },
    view: lazyPluginView(({ showToolbar, toolbarItems }, view) => {
      toolbar = showToolbar(view, element, toolbarItems(openLink, openImage));
      if (isWanted) toolbar.enter();
      return toolbar;
    }),
  });
}
