import type { PluginView } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { type LazyChunk, loadLazyChunkWhenIdle } from '../lazy-chunk.ts';

/**
 * The view of a plugin, built of what is loaded after the first paint. Until then it does nothing;
 * `build` is not called where the editor is gone by that time.
 */
export function lazyPluginView(
  build: (extras: LazyChunk, view: EditorView) => PluginView,
): (view: EditorView) => PluginView {
  return (view) => {
    let late: PluginView | null = null;
    let isDestroyed = false;
    loadLazyChunkWhenIdle((extras) => {
      if (!isDestroyed) late = build(extras, view);
    });
    return {
      update: (view, before) => late?.update?.(view, before),
      destroy() {
        isDestroyed = true;
        late?.destroy?.();
      },
    };
  };
}
