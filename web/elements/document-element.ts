import type { GetToken } from '../provider/credentials.ts';

/** A page rendered on a server imports this module where there are no elements. */
const BaseElement = globalThis.HTMLElement ?? class {} as typeof HTMLElement;

/**
 * An element that shows one document of a service. Attributes mirror properties. When one of them
 * changes, the element disconnects and starts again.
 *
 * Subclasses call {@link upgradeProperties} at the end of their constructor.
 */
export abstract class DocumentElement extends BaseElement {
  static readonly observedAttributes: readonly string[] = ['server', 'doc', 'token'];

  #getToken: GetToken | null = null;

  /** Shows the document. Does nothing without `doc`, or when it is shown already. */
  protected abstract start(): void;

  /** Disconnects, and removes the document from the page. */
  protected abstract stop(): void;

  /** The URL of the service, without a slash at the end. Default: the origin of the page. */
  get server(): string {
    const { href } = new URL(this.getAttribute('server') ?? '', location.href);
    return this.hasAttribute('server') ? href.replace(/\/$/, '') : location.origin;
  }

  set server(value: string | null | undefined) {
    reflect(this, 'server', value);
  }

  /** The document's name. */
  get doc(): string | null {
    return this.getAttribute('doc');
  }

  set doc(value: string | null | undefined) {
    reflect(this, 'doc', value);
  }

  /** A key or a token. */
  get token(): string | null {
    return this.getAttribute('token');
  }

  set token(value: string | null | undefined) {
    reflect(this, 'token', value);
  }

  /** Returns a key or a token. Overrides `token`. */
  get getToken(): GetToken | null {
    return this.#getToken;
  }

  set getToken(value: GetToken | null | undefined) {
    this.#getToken = value ?? null;
  }

  connectedCallback(): void {
    this.start();
  }

  disconnectedCallback(): void {
    this.stop();
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    this.stop();
    // A page that changes the document changes its token as well, in the same task.
    queueMicrotask(() => this.isConnected && this.start());
  }
}

/**
 * Applies properties that a page set before the element was defined. Until then they are own properties
 * of the object, which hide the accessors of the class.
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

/** Frameworks set `undefined` for a missing value. */
function reflect(element: HTMLElement, name: string, value: string | null | undefined): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
