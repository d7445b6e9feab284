import type * as Y from 'yjs';

/** Shown for a document without a title. */
export const untitled = 'Untitled';

/** In UTF-16 units. Other programs can write longer titles, which would block the page. */
export const maxTitleLength = 200;

export function titleOf(meta: Y.Map<unknown>): string {
  const title = meta.get('title');
  return typeof title === 'string' ? title.slice(0, maxTitleLength) : '';
}

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
