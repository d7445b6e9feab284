import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { loadedLazyChunk, loadLazyChunk } from '../lazy-chunk.ts';

/**
 * What paste does beyond taking over lines: an address pasted on words makes them a link, Markdown
 * becomes rich text, code from an editor a code block; with Shift held it is the bare text. What is
 * too long to be taken is told (`tell`), not cut.
 */
export function paste(tell: (message: string) => void): Plugin {
  /** Told before the text is read, and not to the handler that comes after. */
  let isPlain = false;
  return new Plugin({
    props: {
      transformPastedText(text, plain) {
        isPlain = plain;
        return text;
      },
      handleDOMEvents: {
        paste(view, event) {
          isPlain = false;
          const extras = loadedLazyChunk();
          if (extras) return extras.refusePaste(view, event, tell);
          event.preventDefault();
          void pasteLater(view, event.clipboardData);
          return true;
        },
      },
      handlePaste: (view, event, slice) =>
        loadedLazyChunk()?.insertPaste(view, event, slice, { isPlain, tell }) ?? false,
    },
  });
}

/** A paste so early that what reads it is still on its way. */
async function pasteLater(view: EditorView, pasted: DataTransfer | null): Promise<void> {
  // What is on the clipboard can be asked for only within the event.
  const data = (pasted?.types ?? []).map((type) => [type, pasted?.getData(type) ?? ''] as const);
  try {
    await loadLazyChunk();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const text = data.find(([type]) => type === 'text/plain')?.[1] ?? '';
    if (!view.isDestroyed) view.pasteText(text);
    return;
  }
  if (view.isDestroyed) return;
  const clipboardData = new DataTransfer();
  for (const [type, value] of data) if (type !== 'Files') clipboardData.setData(type, value);
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
  // Given to the constructor Firefox puts an empty one in its place, and the paste would be lost.
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  view.dom.dispatchEvent(event);
}
