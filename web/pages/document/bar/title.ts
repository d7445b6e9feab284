import type * as Y from 'yjs';

/** What a document without a title is called. */
export const untitled = 'Untitled';

/** Longer ones, which only another program writes, are cut: they would stop the page. */
const longestTitle = 200;

export function titleOf(meta: Y.Map<unknown>): string {
  const title = meta.get('title');
  return typeof title === 'string' ? title.slice(0, longestTitle) : '';
}

/**
 * Joins the title field with the document's title: what is typed here is written at once, what the
 * others type is shown, without moving the caret of somebody who is in the field.
 */
export function bindTitle(
  input: HTMLInputElement,
  meta: Y.Map<unknown>,
  onChange: (title: string) => void,
): void {
  const show = () => {
    const title = titleOf(meta);
    if (input.value !== title) {
      const { selectionStart, selectionEnd } = input;
      input.value = title;
      if (document.activeElement === input) input.setSelectionRange(selectionStart, selectionEnd);
    }
    onChange(title);
  };
  input.addEventListener('input', () => {
    meta.set('title', input.value);
  });
  meta.observe(show);
  show();
}
