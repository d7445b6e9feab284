import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, NodeSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '../../../protocol/schema.ts';
import { loadLazyChunk } from '../lazy-chunk.ts';

/**
 * A command for the toolbar that asks for a picture's address and description, and puts it into the
 * text or changes the one that is selected. `host` is where the dialog stands in the page.
 */
export function createImageCommand(host: HTMLElement): { readonly open: Command } {
  const open: Command = (_state, dispatch, view) => {
    if (dispatch && view) void ask(view, host);
    return true;
  };
  return { open };
}

async function ask(view: EditorView, host: HTMLElement): Promise<void> {
  const { askForImage } = await loadLazyChunk();
  await askForImage(view, host);
}

/** The image that is selected, or null. */
export function selectedImage(state: EditorState): Node | null {
  const { selection } = state;
  return selection instanceof NodeSelection && selection.node.type === schema.nodes.image
    ? selection.node
    : null;
}
