import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { asOneUndoStep } from '../binding/undo.ts';
import { addressFrom } from '../commands/address-from.ts';
import { linkAt, removeLink, setLink } from '../commands/links.ts';
import { field, openFormDialog } from './form-dialog.ts';

/**
 * Asks for the address of the selection, or of the link at the caret, then sets or removes the
 * link.
 */
export async function askForLink(view: EditorView, host: HTMLElement): Promise<void> {
  const existing = linkAt(view.state);
  const text = field('Text', 'text');
  const address = field('Address', 'url', existing?.href ?? '');
  const asksForText = existing === null && view.state.selection.empty;
  const answer = await openFormDialog<{ readonly href: string }>(host, {
    label: 'Link',
    fields: [...(asksForText ? [text.label] : []), address.label],
    first: address.input,
    canRemove: existing !== null,
    read() {
      const href = addressFrom(address.input.value);
      if (href !== null) return { href };
      const problem = 'This address does not work for links. Use one that begins with https://';
      return { problem, field: address.input };
    },
  });
  if (view.isDestroyed) return;
  const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
  if (answer.type === 'apply') run(setLink(answer.value.href, text.input.value.trim()));
  if (answer.type === 'remove') run(removeLink);
  view.focus();
}
