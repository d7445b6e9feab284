import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { viewChunk } from './view-chunk.ts';

/**
 * Creates a toolbar command that opens the image dialog: for the selected image, or for a new one.
 * `host` is the element that contains the dialog. It must not be inside the editor.
 */
export function createImageCommand(host: HTMLElement): { readonly open: Command } {
  const open: Command = (_state, dispatch, view) => {
    if (dispatch && view) void openDialog(view, host);
    return true;
  };
  return { open };
}

async function openDialog(view: EditorView, host: HTMLElement): Promise<void> {
  const { askForImage } = await viewChunk.load();
  await askForImage(view, host);
}
