import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { HtmlParser } from '../import/html-parser.ts';
import { pasteChunk } from './paste-chunk.ts';

/**
 * Pastes more than lines: an address pasted on a selection links it, Markdown becomes rich text,
 * and code from an editor becomes a code block. With Shift held, only the plain text is pasted. A
 * paste that is too long is rejected as a whole, and what is changed or left out is named, with a
 * message to `notify`.
 */
export function paste(notify: (message: string, details?: readonly string[]) => void): Plugin {
  const createReader = () => pasteChunk.loaded && new pasteChunk.loaded.PasteReader(notify);
  let created: ReturnType<typeof createReader> = null;
  const reader = () => created ??= createReader();
  return new Plugin({
    props: {
      clipboardParser: new HtmlParser((root) => reader()?.prepare(root)),
      transformPastedHTML: (html) => reader()?.transformHtml(html) ?? html,
      transformPastedText: (text, isPlain) => reader()?.transformText(text, isPlain) ?? text,
      transformPasted: (slice, view) => reader()?.fit(slice, view) ?? slice,
      handleDOMEvents: {
        paste(view, event) {
          const loaded = reader();
          if (loaded) return loaded.begin(view, event);
          event.preventDefault();
          void pasteWhenLoaded(view, event.clipboardData);
          return true;
        },
      },
      handlePaste: (view, event, slice) => reader()?.insert(view, event, slice) ?? false,
      handleDrop: () => reader()?.reportDrop(),
    },
  });
}

/** Repeats a paste that came before the chunk had loaded. */
async function pasteWhenLoaded(view: EditorView, pasted: DataTransfer | null): Promise<void> {
  // The clipboard can be read only during the event.
  const data = (pasted?.types ?? []).map((type) => [type, pasted?.getData(type) ?? ''] as const);
  const files = [...pasted?.files ?? []];
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
  for (const file of files) clipboardData.items.add(file);
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
  // Firefox replaces data passed to the constructor by an empty DataTransfer.
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  view.dom.dispatchEvent(event);
}
