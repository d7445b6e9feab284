/**
 * Shows what an import or a paste has changed or left out, or what does not work, until the person closes
 * it or another notice replaces it. Announced to screen readers; does not move the focus. `container` receives the notice.
 */
export function showContentNotice(
  container: HTMLElement,
  message: string,
  details: readonly string[],
): void {
  container.querySelector('.content-notice')?.remove();
  const notice = document.createElement('section');
  notice.className = 'content-notice';
  notice.setAttribute('aria-label', 'About this document');
  const text = document.createElement('div');
  text.setAttribute('role', 'status');
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'button button-quiet';
  close.textContent = 'Close';
  close.addEventListener('click', () => notice.remove());
  notice.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') notice.remove();
  });
  notice.append(text, close);
  container.append(notice);
  const heading = document.createElement('p');
  heading.textContent = message;
  const list = document.createElement('ul');
  for (const detail of details) {
    const item = document.createElement('li');
    item.dir = 'auto';
    item.textContent = detail;
    list.append(item);
  }
  // Screen readers announce changes of a status, but not a new one.
  requestAnimationFrame(() => text.replaceChildren(heading, list));
}
