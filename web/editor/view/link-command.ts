import { type Command, Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { asOneUndoStep } from '../binding/undo.ts';
import { lazyPluginView, viewChunk } from './view-chunk.ts';

export interface LinkCommand {
  /** Opens the dialog for the selection, or for the link at the caret. */
  readonly open: Command;
  /** Binds Mod-K, and shows the bubble at the link that contains the caret. */
  readonly plugin: Plugin;
}

/** `host` is the element that contains the dialog. It must not be inside the editor. */
export function createLinkCommand(host: HTMLElement): LinkCommand {
  const open: Command = (state, dispatch, view) => {
    if (state.selection.$from.parent.type.spec.code) return false;
    if (dispatch && view) void openDialog(view, host);
    return true;
  };
  const plugin = new Plugin({
    props: {
      handleKeyDown(view, event) {
        const isModK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) &&
          !event.shiftKey && !event.altKey;
        if (!isModK || !view.editable) return false;
        // Also in code, where links are not allowed: the browser's Ctrl+K would leave the page.
        event.preventDefault();
        open(view.state, view.dispatch, view);
        return true;
      },
    },
    view: lazyPluginView(({ LinkBubble, removeLink }, view) => {
      const bubble = new LinkBubble(view, {
        edit: () => void openDialog(view, host),
        remove() {
          asOneUndoStep(removeLink)(view.state, view.dispatch, view);
          view.focus();
        },
      });
      bubble.update();
      return bubble;
    }),
  });
  return { open, plugin };
}

async function openDialog(view: EditorView, host: HTMLElement): Promise<void> {
  const { askForLink } = await viewChunk.load();
  await askForLink(view, host);
}
