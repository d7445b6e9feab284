/** Says, in place of the text, why it is not here and what can be done instead. */
export function showNotice(
  notice: HTMLElement,
  { heading, text, link }: {
    readonly heading: string;
    readonly text: string;
    readonly link: { readonly href: string; readonly text: string };
  },
): void {
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
