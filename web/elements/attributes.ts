/** An attribute as a property: `null` takes it away, and `undefined`, which frameworks set for nothing. */
export function mirror(element: HTMLElement, name: string, value: string | null | undefined): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * Takes over what a page set before the element was defined: then it is a property of the object itself,
 * and hides the accessor of the same name. For the constructor.
 */
export function takeOver<T extends HTMLElement>(element: T, names: readonly (keyof T)[]): void {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

/** Where a service is, without a slash at the end; the page's own origin where nothing is said. */
export function serverOf(element: HTMLElement): string {
  const { href } = new URL(element.getAttribute('server') ?? '', location.href);
  return element.hasAttribute('server') ? href.replace(/\/$/, '') : location.origin;
}
