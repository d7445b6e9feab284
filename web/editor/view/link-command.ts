import { type Command, Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { lazyPluginView } from './view-chunk.ts';
import { removeLink } from '../commands/links.ts';
import { loadLazyChunk } from '../lazy-chunk.ts';
import { asOneUndoStep } from '../binding/undo.ts';

/** What opens the link dialog: a command for the toolbar, and a key. */
export interface LinkCommand {
  /** Opens the dialog for the selection, or for the link the caret is in. */
  readonly open: Command;
  /** Mod-K, and the bubble at the link the caret is in. */
  readonly plugin: Plugin;
}

/** `host` is where the dialog stands in the page: beside the editor, not in it. */
export function createLinkCommand(host: HTMLElement): LinkCommand {
  const open: Command = (state, dispatch, view) => {
    if (state.selection.$from.parent.type.spec.code) return false;
    if (dispatch && view) void ask(view, host);
    return true;
  };
  const plugin = new Plugin({
    props: {
      handleKeyDown(view, event) {
        const isModK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) &&
          !event.shiftKey && !event.altKey;
        if (!isModK || !view.editable) return false;
        // Also where no link can be: the browser's own Ctrl+K would take the person elsewhere.
        event.preventDefault();
        open(view.state, view.dispatch, view);
        return true;
      },
    },
    view: lazyPluginView(({ LinkBubble }, view) => {
      const bubble = new LinkBubble(view, {
        edit: () => void ask(view, host),
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

async function ask(view: EditorView, host: HTMLElement): Promise<void> {
  const { askForLink } = await loadLazyChunk();
  await askForLink(view, host);
}
