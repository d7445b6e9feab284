import { type Command, Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { askForLink } from './link-dialog.ts';
import { addressFrom, linkAt, removeLink, setLink } from './links.ts';
import { asOneUndoStep } from './undo.ts';

/** What opens the link dialog: a command for the toolbar, and a key. */
export interface LinkCommand {
  /** Opens the dialog for the selection, or for the link the caret is in. */
  readonly open: Command;
  /** Mod-K. */
  readonly plugin: Plugin;
}

/** `host` is where the dialog stands in the page: beside the editor, not in it. */
export function createLinkCommand(host: HTMLElement): LinkCommand {
  const open: Command = (state, dispatch, view) => {
    if (state.selection.$from.parent.type.spec.code) return false;
    if (dispatch && view) void ask(view);
    return true;
  };

  async function ask(view: EditorView): Promise<void> {
    const existing = linkAt(view.state);
    const answer = await askForLink(host, {
      href: existing?.href ?? '',
      asksText: existing === null && view.state.selection.empty,
      addressFrom,
    });
    if (view.isDestroyed) return;
    const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
    if (answer.type === 'set') run(setLink(answer.href, answer.text));
    if (answer.type === 'remove') run(removeLink);
    view.focus();
  }

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
  });
  return { open, plugin };
}
