import { type Command, Plugin } from 'prosemirror-state';
import type { ToolbarView } from './toolbar-view.ts';
import { lazyPluginView } from './view-chunk.ts';

/**
 * Shows a toolbar in `element`. Its buttons load after the first paint, so give the element its
 * final height. `openLink` and `openImage` open their dialogs. Alt+F10 moves the focus to the
 * toolbar.
 */
export function createToolbar(element: HTMLElement, openLink: Command, openImage: Command): Plugin {
  let toolbar: ToolbarView | null = null;
  /** Whether the user pressed Alt+F10 before the toolbar had loaded. */
  let focusWhenLoaded = false;
  return new Plugin({
    props: {
      handleKeyDown(_view, event) {
        if (event.key !== 'F10' || !event.altKey) return false;
        if (toolbar) toolbar.focus();
        else focusWhenLoaded = true;
        return true;
      },
    },
    view: lazyPluginView(({ showToolbar, toolbarItems }, view) => {
      toolbar = showToolbar(view, element, toolbarItems(openLink, openImage));
      if (focusWhenLoaded) toolbar.focus();
      return toolbar;
    }),
  });
}
