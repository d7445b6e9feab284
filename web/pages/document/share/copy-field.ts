import { copyText } from '../../../platform/clipboard.ts';

/** How long the button shows "Copied", in milliseconds. */
const feedbackDuration = 2000;

interface CopyField {
  readonly element: HTMLElement;
  /** Copies the text, or selects it where the browser does not allow copying. */
  copy(): Promise<void>;
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
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button share-copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy ${label.toLowerCase()}`);
  const announcement = document.createElement('span');
  announcement.className = 'visually-hidden';
  announcement.setAttribute('role', 'status');
  const element = document.createElement('div');
  element.className = 'share-row';
  element.append(field, button, hint, announcement);

  let timer: ReturnType<typeof setTimeout> | undefined;
  const copy = async () => {
    clearTimeout(timer);
    if (await copyText(input.value)) {
      button.textContent = 'Copied';
      announcement.textContent = `${label} copied`;
    } else {
      input.focus();
      announcement.textContent =
        'The browser does not allow copying. The text is selected: copy it with the keyboard.';
    }
    timer = setTimeout(() => {
      button.textContent = 'Copy';
      announcement.textContent = '';
    }, feedbackDuration);
  };
  button.addEventListener('click', () => void copy());
  return { element, copy };
}
