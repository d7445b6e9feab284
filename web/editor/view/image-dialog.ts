import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { field, openFormDialog } from './form-dialog.ts';
import { selectedImage } from './image-command.ts';
import {
  imageAddressFrom,
  type ImageAttributes,
  removeImage,
  setImage,
} from '../commands/images.ts';
import { asOneUndoStep } from '../binding/undo.ts';

/** Asks for a picture's address and what it shows, and puts it in or changes the selected one. */
export async function askForImage(view: EditorView, host: HTMLElement): Promise<void> {
  const existing = selectedImage(view.state);
  const text = (value: unknown) => typeof value === 'string' ? value : '';
  const address = field('Address of the picture', 'url', text(existing?.attrs.src));
  address.input.placeholder = 'https://example.com/picture.jpg';
  const description = field('What it shows', 'text', text(existing?.attrs.alt));
  const answered = await openFormDialog<ImageAttributes>(host, {
    label: 'Picture',
    fields: [address.label, description.label],
    first: address.input,
    canRemove: existing !== null,
    read() {
      const src = imageAddressFrom(address.input.value);
      if (src !== null) return { src, alt: description.input.value.trim() };
      const problem =
        'A picture cannot be shown from there. Its address has to begin with https://';
      return { problem, field: address.input };
    },
  });
  if (view.isDestroyed) return;
  const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
  if (answered.type === 'apply') run(setImage(answered.answer));
  if (answered.type === 'remove') run(removeImage);
  view.focus();
}
