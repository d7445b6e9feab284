import type { PresenceUser } from '../live-editor/live-editor.ts';
import {
  type EmbedMessage,
  handshakeVersion,
  helloType,
  type Init,
  initType,
  type ParentMessage,
  type Theme,
} from './messages.ts';

/** How long the iframe may take to answer before a link replaces it, in milliseconds. */
const helloTimeout = 4500;
/** How long an iframe may take to send pending changes before it is removed, in milliseconds. */
const destroyTimeout = 1000;
/** The iframe loads at this distance from the viewport. */
const loadMargin = '300px';

/**
 * `<edgepad-frame>`: a document in an iframe. `embed.js` defines the element and creates one.
 *
 * Attributes: `doc` (the name), `mode` (`edit` or `view`), `theme`, `key`, `token-url`, `lang`,
 * `label`, `min-height`, `max-height`, `loading="eager"`, `server`. Events: `ready`, `resize`,
 * `change`, `status`, `saved` and `error`, with the embed's message in `detail`.
 */
export class EdgepadEmbed extends HTMLElement {
  /** The service for elements without `server`: the origin of the script. */
  static server = '';

  /** Called whenever a fresh token is needed. Overrides `token-url`. */
  getToken: (() => string | null | Promise<string | null>) | null = null;
  /** How a guest appears to the others. */
  user: PresenceUser | null = null;
  #iframe: HTMLIFrameElement | null = null;
  #fallbackLink: HTMLAnchorElement | null = null;
  #port: MessagePort | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #visibility: IntersectionObserver | null = null;
  /** The latest token; undefined while the page has supplied none. */
  #token: string | null | undefined;

  connectedCallback(): void {
    this.style.display ||= 'block';
    if (this.getAttribute('loading') === 'eager') return this.#load();
    // Reserves the space, so that the page moves little when the iframe loads.
    this.style.minHeight = `${this.#clampHeight(0)}px`;
    this.#visibility = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) this.#load();
    }, { rootMargin: loadMargin });
    this.#visibility.observe(this);
  }

  disconnectedCallback(): void {
    this.#unload();
  }

  /** Applies another token or key on the open connection. */
  setToken(token: string | null): void {
    this.#token = token;
    this.#send({ type: 'setToken', token });
  }

  setTheme(theme: Theme): void {
    this.setAttribute('theme', theme);
    this.#send({ type: 'setTheme', theme });
  }

  override focus(): void {
    this.#iframe?.focus();
    this.#send({ type: 'focus' });
  }

  /** Removes the element once the embed has sent its pending changes. */
  async destroy(): Promise<void> {
    if (this.#port) {
      await new Promise<void>((resolve) => {
        this.addEventListener('destroyed', () => resolve(), { once: true });
        setTimeout(resolve, destroyTimeout);
        this.#send({ type: 'destroy' });
      });
    }
    this.remove();
  }

  get #server(): string {
    return this.getAttribute('server') ?? EdgepadEmbed.server;
  }

  get #mode(): 'edit' | 'view' {
    return this.getAttribute('mode') === 'view' ? 'view' : 'edit';
  }

  get #theme(): Theme {
    return (this.getAttribute('theme') ?? 'auto') as Theme;
  }

  get #doc(): string {
    return encodeURIComponent(this.getAttribute('doc') ?? '');
  }

  #send(message: ParentMessage): void {
    this.#port?.postMessage(message);
  }

  #load(): void {
    this.#visibility?.disconnect();
    addEventListener('message', this.#onHello);
    const key = this.getAttribute('key');
    const iframe = document.createElement('iframe');
    const query = new URLSearchParams({ mode: this.#mode, theme: this.#theme });
    // A fragment is not sent to the server, so no log contains the key.
    const fragment = `#host${key ? `&k=${key}` : ''}`;
    iframe.src = `${this.#server}/embed/${this.#doc}?${query}${fragment}`;
    iframe.title = this.getAttribute('label') ?? 'Document';
    iframe.allow = 'clipboard-read; clipboard-write; fullscreen';
    iframe.referrerPolicy = 'strict-origin-when-cross-origin';
    iframe.setAttribute(
      'sandbox',
      'allow-scripts allow-same-origin allow-forms allow-modals allow-popups ' +
        'allow-popups-to-escape-sandbox allow-downloads',
    );
    iframe.style.cssText = `display:block;width:100%;border:0;height:${this.#clampHeight(0)}px`;
    this.#iframe = iframe;
    this.append(iframe);
    this.#timer = setTimeout(() => this.#showFallbackLink(), helloTimeout);
  }

  readonly #onHello = async ({ source, origin, data }: MessageEvent): Promise<void> => {
    const iframe = this.#iframe;
    if (!iframe || source !== iframe.contentWindow || origin !== this.#server) return;
    if (data?.type !== helloType || data.v !== handshakeVersion) return;
    clearTimeout(this.#timer);
    // The iframe may answer after the link has replaced it.
    this.#fallbackLink?.remove();
    iframe.style.display = 'block';
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<EmbedMessage>) => this.#onMessage(event.data);
    if (this.#token === undefined) this.#token = await this.#fetchToken();
    const init: Init = {
      type: initType,
      v: handshakeVersion,
      theme: this.#theme,
      user: this.user,
      ...(this.#token !== undefined && { token: this.#token }),
      ...(this.lang && { locale: this.lang }),
    };
    iframe.contentWindow?.postMessage(init, this.#server, [port2]);
  };

  #onMessage(message: EmbedMessage): void {
    if (message.type === 'token') return void this.#answerToken();
    if (message.type === 'resize' && this.#iframe) {
      this.#iframe.style.height = `${this.#clampHeight(message.height)}px`;
      this.style.minHeight = '';
    }
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  async #answerToken(): Promise<void> {
    const token = await this.#fetchToken();
    if (token !== undefined) this.#token = token;
    this.#send({ type: 'setToken', token: this.#token ?? this.getAttribute('key') });
  }

  /** The page's token; the latest one when the page supplies none, or fails to. */
  async #fetchToken(): Promise<string | null | undefined> {
    const url = this.getAttribute('token-url');
    try {
      if (this.getToken) return await this.getToken();
      if (!url) return this.#token;
      const response = await fetch(url, { cache: 'no-store' });
      if (response.ok) return (await response.text()).trim();
      this.#dispatchError('no-token', `Cannot fetch token: ${url} returned ${response.status}`);
    } catch (error) {
      // The page's own code may throw anything. The latest token may still be valid.
      this.#dispatchError('no-token', String(error));
    }
    return this.#token;
  }

  #dispatchError(code: string, message: string): void {
    this.dispatchEvent(new CustomEvent('error', { detail: { type: 'error', code, message } }));
  }

  #clampHeight(height: number): number {
    const isView = this.#mode === 'view';
    const limit = (name: string, fallback: number) => Number(this.getAttribute(name)) || fallback;
    const min = limit('min-height', isView ? 80 : 240);
    return Math.max(min, Math.min(height, limit('max-height', isView ? 20_000 : 640)));
  }

  /** The browser does not report whether an iframe was blocked, refused or out of reach. */
  #showFallbackLink(): void {
    if (!this.#iframe) return;
    const key = this.getAttribute('key');
    const link = document.createElement('a');
    link.href = this.#mode === 'view'
      ? `${this.#server}/v/${this.#doc}${key ? `?key=${key}` : ''}`
      : `${this.#server}/d/${this.#doc}${key ? `#k=${key}` : ''}`;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = `Open ${this.getAttribute('label') ?? 'the document'} in a new tab`;
    // Hidden, not removed: it may still answer.
    this.#iframe.style.display = 'none';
    this.style.minHeight = '';
    this.#fallbackLink = link;
    this.append(link);
    this.#dispatchError('no-frame', 'Cannot show document: the embed did not answer');
  }

  #unload(): void {
    this.#visibility?.disconnect();
    clearTimeout(this.#timer);
    removeEventListener('message', this.#onHello);
    this.#port?.close();
    this.#port = null;
    this.#iframe?.remove();
    this.#fallbackLink?.remove();
    this.#iframe = this.#fallbackLink = null;
  }
}
