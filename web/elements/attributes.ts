/** An attribute as a property: `null` takes it away. */
export function mirror(element: HTMLElement, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Where a service is, without a slash at the end; the page's own origin where nothing is said. */
export function serverOf(element: HTMLElement): string {
  const { href } = new URL(element.getAttribute('server') ?? '', location.href);
  return element.hasAttribute('server') ? href.replace(/\/$/, '') : location.origin;
}
