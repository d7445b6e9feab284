import { type Command, Plugin } from 'prosemirror-state';

/** What opens the link dialog: a command for the toolbar, and a key. */
export interface LinkCommand {
  /** Opens the dialog for the selection, or for the link the caret is in. */
  readonly open: Command;
  /** Mod-K. */
  readonly plugin: Plugin;
}

/**
 * The dialog is a chunk of its own, loaded while the page rests: it is not needed for the first key,
 * and must be there when the network has gone. `host` is where it stands in the page: beside the
 * editor, not in it.
 */
export function createLinkCommand(host: HTMLElement): LinkCommand {
  const load = () => import('./link-dialog.ts');

  const open: Command = (state, dispatch, view) => {
    if (state.selection.$from.parent.type.spec.code) return false;
    if (dispatch && view) {
      void load().then(({ openLinkDialog }) => {
        if (!view.isDestroyed) openLinkDialog(view, host);
      });
    }
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
    view: () => {
      const timer = setTimeout(load, 3000);
      return { destroy: () => clearTimeout(timer) };
    },
  });
  return { open, plugin };
}
