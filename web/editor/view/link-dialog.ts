import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { field, openFormDialog } from './form-dialog.ts';
import { addressFrom, linkAt, removeLink, setLink } from '../commands/links.ts';
import { asOneUndoStep } from '../binding/undo.ts';

/** Asks where the selection, or the link the caret is in, shall lead, and does it. */
export async function askForLink(view: EditorView, host: HTMLElement): Promise<void> {
  const existing = linkAt(view.state);
  const text = field('Text', 'text');
  const address = field('Address', 'url', existing?.href ?? '');
  const asksText = existing === null && view.state.selection.empty;
  const answered = await openFormDialog<{ readonly href: string }>(host, {
    label: 'Link',
    fields: [...(asksText ? [text.label] : []), address.label],
    first: address.input,
    canRemove: existing !== null,
    read() {
      const href = addressFrom(address.input.value);
      if (href !== null) return { href };
      const problem = 'A link cannot lead there. Try an address that begins with https://';
      return { problem, field: address.input };
    },
  });
  if (view.isDestroyed) return;
  const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
  if (answered.type === 'apply') run(setLink(answered.answer.href, text.input.value.trim()));
  if (answered.type === 'remove') run(removeLink);
  view.focus();
}
