import { copyText } from '../../../platform/clipboard.ts';

/** How long a button says that it has copied, in milliseconds. */
const answeredFor = 2000;

export interface CopyField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** Puts the text on the clipboard; where the browser forbids it, selects it. */
  copy(): Promise<void>;
}

/** A text to take along, with a button that copies it. What came of it is spoken. */
export function copyField(label: string, value: string, explanation: string): CopyField {
  const element = document.createElement('div');
  element.className = 'share-row';
  const field = document.createElement('label');
  field.className = 'field';
  const input = document.createElement('input');
  input.readOnly = true;
  input.value = value;
  input.addEventListener('focus', () => input.select());
  const hint = document.createElement('span');
  hint.className = 'field-hint';
  hint.id = `hint-${label.toLowerCase().replaceAll(/\W+/g, '-')}`;
  hint.textContent = explanation;
  input.setAttribute('aria-describedby', hint.id);
  field.append(label, input);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button share-copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy ${label.toLowerCase()}`);
  const answer = document.createElement('span');
  answer.className = 'visually-hidden';
  answer.setAttribute('role', 'status');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const copy = async () => {
    clearTimeout(timer);
    if (await copyText(input.value)) {
      button.textContent = 'Copied';
      answer.textContent = `${label} copied`;
    } else {
      // Selected, it is one key away.
      input.focus();
      answer.textContent = 'The browser forbids copying. The link is selected: copy it by hand.';
    }
    timer = setTimeout(() => {
      button.textContent = 'Copy';
      answer.textContent = '';
    }, answeredFor);
  };
  button.addEventListener('click', () => void copy());
  element.append(field, button, hint, answer);
  return { element, input, copy };
}
