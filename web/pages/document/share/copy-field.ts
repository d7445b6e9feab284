import { copyButton, showCopyResult } from '../../shared/dialog/copy-button.ts';

interface CopyField {
  readonly element: HTMLElement;
  /** Shows that the text was copied; otherwise selects it, for the person to copy. */
  showResult(isCopied: boolean): void;
}

/** A read-only text with a button that copies it. The result is announced to screen readers. */
export function copyField(label: string, value: string, hintText: string): CopyField {
  const input = document.createElement('input');
  input.readOnly = true;
  input.value = value;
  input.addEventListener('focus', () => input.select());
  const field = document.createElement('label');
  field.className = 'field';
  field.append(label, input);
  const hint = document.createElement('span');
  hint.className = 'field-hint';
  hint.id = `hint-${label.toLowerCase().replaceAll(/\W+/g, '-')}`;
  hint.textContent = hintText;
  input.setAttribute('aria-describedby', hint.id);
  const [button, announcement] = copyButton('Copy', () => input.value, () => input.focus());
  button.classList.add('share-copy');
  button.setAttribute('aria-label', `Copy ${label.toLowerCase()}`);
  const element = document.createElement('div');
  element.className = 'share-row';
  element.append(field, button, hint, announcement);
  return {
    element,
    showResult: (isCopied) => showCopyResult(button, announcement, isCopied, () => input.focus()),
  };
}
