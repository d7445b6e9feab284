/** How long words of a few seconds stay, in milliseconds. */
const shownFor = 5000;

let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Says in a corner what came of something the person asked for. Read out as well; what says that
 * something failed stays until it is pressed away or replaced.
 */
export function toast(text: string, kind: 'done' | 'failed' = 'done'): void {
  const element = document.querySelector<HTMLElement>('#toast');
  if (!element) throw new TypeError('Cannot show toast: the page has no place for it');
  const words = document.createElement('span');
  words.textContent = text;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'toast-close';
  close.textContent = '×';
  close.setAttribute('aria-label', 'Close message');
  close.addEventListener('click', () => element.hidePopover());
  // Out and in again: only so it stands above a dialog that was opened since.
  if (element.matches(':popover-open')) element.hidePopover();
  element.replaceChildren();
  element.dataset.kind = kind;
  element.showPopover();
  element.append(words, close);
  clearTimeout(timer);
  if (kind === 'done') timer = setTimeout(() => element.hidePopover(), shownFor);
}
