import type { PluginView } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { LazyChunk } from '../lazy-chunk.ts';

type ViewModule = typeof import('./lazy-view.ts');

/** The toolbar, the dialogs and the link bubble. */
export const viewChunk = new LazyChunk<ViewModule>(() => import('./lazy-view.ts'));

/**
 * Makes a plugin view whose code is in {@link viewChunk}. It does nothing until the chunk has
 * loaded. `build` is not called if the editor has been destroyed by then.
 */
export function lazyPluginView(
  build: (module: ViewModule, view: EditorView) => PluginView,
): (view: EditorView) => PluginView {
  return (view) => {
    let pluginView: PluginView | null = null;
    let isDestroyed = false;
    viewChunk.loadWhenIdle((module) => {
      if (!isDestroyed) pluginView = build(module, view);
    });
    return {
      update: (view, before) => pluginView?.update?.(view, before),
      destroy() {
        isDestroyed = true;
        pluginView?.destroy?.();
      },
    };
  };
}
