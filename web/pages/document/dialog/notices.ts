interface Notice {
  readonly heading: string;
  readonly text: string;
  readonly link: { readonly href: string; readonly text: string };
}

/** Shows a notice with a link, above the text or in its place. */
export function showNotice(notice: HTMLElement, { heading, text, link }: Notice): void {
  const title = document.createElement('h2');
  title.textContent = heading;
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  const anchor = document.createElement('a');
  anchor.className = 'button button-primary';
  anchor.href = link.href;
  anchor.textContent = link.text;
  notice.replaceChildren(title, paragraph, anchor);
  notice.hidden = false;
}

/** How long a toast about a success stays, in milliseconds. */
const toastDuration = 5000;

let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Shows, and announces to screen readers, the result of an action. A failure stays until the person
 * closes it or another toast replaces it.
 */
export function showToast(text: string, kind: 'done' | 'failed' = 'done'): void {
  const toast = document.querySelector<HTMLElement>('#toast');
  if (!toast) throw new TypeError('Cannot show toast: the page has no #toast');
  const words = document.createElement('span');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'toast-close';
  close.textContent = '×';
  close.setAttribute('aria-label', 'Close message');
  close.addEventListener('click', () => toast.hidePopover());
  // Showing the popover again moves it above a dialog that was opened after it.
  if (toast.matches(':popover-open')) toast.hidePopover();
  toast.replaceChildren();
  toast.dataset.kind = kind;
  toast.showPopover();
  // Added after the popover is shown: screen readers announce changes of a visible alert.
  toast.append(words, close);
  clearTimeout(timer);
  if (kind === 'done') timer = setTimeout(() => toast.hidePopover(), toastDuration);
}
