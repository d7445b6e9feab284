import type * as Y from 'yjs';
import { titleOf } from './title.ts';

/**
 * Binds the title field to the document's title: writes each input, and shows remote changes without
 * moving the caret in the field.
 */
export function bindTitle(
  input: HTMLInputElement,
  meta: Y.Map<unknown>,
  onChange: () => void,
): void {
  const show = () => {
    const title = titleOf(meta);
    if (input.value !== title) {
      const { selectionStart, selectionEnd } = input;
      input.value = title;
      if (document.activeElement === input) input.setSelectionRange(selectionStart, selectionEnd);
    }
    onChange();
  };
  input.addEventListener('input', () => {
    meta.set('title', input.value);
  });
  meta.observe(show);
  show();
}
