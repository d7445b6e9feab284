/** Brings a key or a token; asked first, and again where one does not do any more. */
export type GetCredential = () => string | null | Promise<string | null>;

/**
 * An element that shows one document of a service: what the two have in common. Attributes mirror
 * properties; while it stands in a page, another document or credential begins anew.
 *
 * Whoever extends it calls {@link upgradeProperties} last in the constructor.
 */
export abstract class DocumentElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['server', 'doc', 'token'];

  #getToken: GetCredential | null = null;

  /** Shows the document, if it is known which, and is not shown yet. */
  protected abstract begin(): void;

  /** Shows nothing any more, and lets go of the service. */
  protected abstract end(): void;

  /** Where the service is, without a slash at the end; the page's own origin where nothing is said. */
  get server(): string {
    const { href } = new URL(this.getAttribute('server') ?? '', location.href);
    return this.hasAttribute('server') ? href.replace(/\/$/, '') : location.origin;
  }

  set server(value: string | null | undefined) {
    mirror(this, 'server', value);
  }

  get doc(): string | null {
    return this.getAttribute('doc');
  }

  set doc(value: string | null | undefined) {
    mirror(this, 'doc', value);
  }

  get token(): string | null {
    return this.getAttribute('token');
  }

  set token(value: string | null | undefined) {
    mirror(this, 'token', value);
  }

  /** Goes before `token`, which is a key or a token. */
  get getToken(): GetCredential | null {
    return this.#getToken;
  }

  set getToken(value: GetCredential | null | undefined) {
    this.#getToken = value ?? null;
  }

  connectedCallback(): void {
    this.begin();
  }

  disconnectedCallback(): void {
    this.end();
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    this.end();
    // Whoever changes the document changes its token as well, one after the other.
    queueMicrotask(() => this.isConnected && this.begin());
  }
}

/**
 * Takes over what a page set before the element was defined: then it is a property of the object itself,
 * and hides the accessor of the same name.
 */
export function upgradeProperties<T extends DocumentElement>(
  element: T,
  names: readonly (keyof T)[],
): void {
  for (const name of ['server', 'doc', 'token', 'getToken', ...names] as readonly (keyof T)[]) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

/** An attribute as a property: `null` takes it away, and `undefined`, which frameworks set for nothing. */
function mirror(element: HTMLElement, name: string, value: string | null | undefined): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
