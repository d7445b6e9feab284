import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { asOneUndoStep } from '../binding/undo.ts';
import {
  imageAddressFrom,
  type ImageAttributes,
  removeImage,
  selectedImage,
  setImage,
} from '../commands/images.ts';
import { field, openFormDialog } from './form-dialog.ts';

/** Asks for an image's address and description, then inserts it or changes the selected image. */
export async function askForImage(view: EditorView, host: HTMLElement): Promise<void> {
  const existing = selectedImage(view.state);
  const text = (value: unknown) => typeof value === 'string' ? value : '';
  const address = field('Image URL', 'url', text(existing?.attrs.src));
  address.input.placeholder = 'https://example.com/picture.jpg';
  const description = field('Alt text', 'text', text(existing?.attrs.alt));
  const answer = await openFormDialog<ImageAttributes>(host, {
    label: 'Image',
    fields: [address.label, description.label],
    first: address.input,
    canRemove: existing !== null,
    read() {
      const src = imageAddressFrom(address.input.value);
      if (src !== null) return { src, alt: description.input.value.trim() };
      const problem = 'This address does not work for images. Use one that begins with https://';
      return { problem, field: address.input };
    },
  });
  if (view.isDestroyed) return;
  const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
  if (answer.type === 'apply') run(setImage(answer.value));
  if (answer.type === 'remove') run(removeImage);
  view.focus();
}
