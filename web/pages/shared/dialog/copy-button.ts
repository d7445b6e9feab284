import { copyText } from '../../../platform/clipboard.ts';

/** How long the button shows "Copied", in milliseconds. */
const feedbackDuration = 2000;

/**
 * A button that copies a text, and the element that announces the result to screen readers. `onFailure`
 * selects the text where the browser does not allow copying.
 */
export function copyButton(
  text: string,
  value: () => string,
  onFailure: () => void = () => {},
): [HTMLButtonElement, HTMLElement] {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button-outlined';
  button.textContent = text;
  const announcement = document.createElement('span');
  announcement.className = 'visually-hidden';
  announcement.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    showCopyResult(button, announcement, await copyText(value()), onFailure);
  });
  return [button, announcement];
}

/** Shows on a button, and announces, whether its text was copied. */
export function showCopyResult(
  button: HTMLButtonElement,
  announcement: HTMLElement,
  isCopied: boolean,
  onFailure: () => void,
): void {
  const text = button.dataset.text ??= button.textContent;
  if (isCopied) {
    button.textContent = 'Copied';
    announcement.textContent = 'Copied';
  } else {
    onFailure();
    announcement.textContent =
      'The browser does not allow copying. Select the text and copy it with the keyboard.';
  }
  clearTimeout(timers.get(button));
  const reset = () => {
    button.textContent = text;
    announcement.textContent = '';
  };
  timers.set(button, setTimeout(reset, feedbackDuration));
}

/** What restores the text of each button. */
const timers = new WeakMap<HTMLButtonElement, ReturnType<typeof setTimeout>>();
