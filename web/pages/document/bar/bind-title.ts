import type * as Y from 'yjs';
import { TitleText } from './title-text.ts';

/**
 * Binds the title field to the document's title: writes each input, and shows remote changes. The caret
 * follows the character before it. What others write waits while an input method composes.
 */
export function bindTitle(
  input: HTMLInputElement,
  meta: Y.Map<unknown>,
  onChange: () => void,
): void {
  const title = new TitleText(meta);
  let isComposing = false;

  const show = () => {
    if (!isComposing) {
      const { selectionStart, selectionEnd } = input;
      const offsetNow = title.refresh();
      if (input.value !== title.text) {
        input.value = title.text;
        if (document.activeElement === input) {
          input.setSelectionRange(offsetNow(selectionStart ?? 0), offsetNow(selectionEnd ?? 0));
        }
      }
    }
    onChange();
  };
  const revert = (revertLast: () => number | null) => {
    const offset = revertLast();
    if (offset !== null) input.setSelectionRange(offset, offset);
  };

  input.addEventListener('compositionstart', () => {
    isComposing = true;
  });
  input.addEventListener('compositionend', () => {
    isComposing = false;
    title.write(input.value);
    show();
  });
  input.addEventListener('input', () => {
    title.write(input.value);
    // Too long: it was cut off.
    if (input.value !== title.text) show();
  });
  // The browser's own undo knows nothing of what others have written.
  input.addEventListener('beforeinput', (event) => {
    if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return;
    event.preventDefault();
    revert(() => event.inputType === 'historyUndo' ? title.undo() : title.redo());
  });
  input.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if (!event.ctrlKey && !event.metaKey || event.altKey || (key !== 'z' && key !== 'y')) return;
    event.preventDefault();
    if (!input.readOnly) revert(() => key === 'z' && !event.shiftKey ? title.undo() : title.redo());
  });
  meta.observe(show);
  show();
}
