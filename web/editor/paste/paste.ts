import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { pasteChunk } from './paste-chunk.ts';

/**
 * Pastes more than lines: an address pasted on a selection links it, Markdown becomes rich text,
 * and code from an editor becomes a code block. With Shift held, only the plain text is pasted. A
 * paste that is too long is rejected as a whole, with a message to `notify`.
 */
export function paste(notify: (message: string) => void): Plugin {
  /** Set by `transformPastedText` for `handlePaste`, which does not receive it. */
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
          const module = pasteChunk.loaded;
          if (module) return module.checkPaste(view, event, notify);
          event.preventDefault();
          void pasteWhenLoaded(view, event.clipboardData);
          return true;
        },
      },
      handlePaste: (view, event, slice) =>
        pasteChunk.loaded?.insertPaste(view, event, slice, { isPlain, notify }) ?? false,
    },
  });
}

/** Repeats a paste that came before the chunk had loaded. */
async function pasteWhenLoaded(view: EditorView, pasted: DataTransfer | null): Promise<void> {
  // The clipboard can be read only during the event.
  const data = (pasted?.types ?? []).map((type) => [type, pasted?.getData(type) ?? ''] as const);
  try {
    await pasteChunk.load();
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
  // Firefox replaces data passed to the constructor by an empty DataTransfer.
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  view.dom.dispatchEvent(event);
}
