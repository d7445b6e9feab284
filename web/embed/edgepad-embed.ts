import type { FrameUser, FromFrame, Theme, ToFrame } from './messages.ts';

/** How long a frame may say nothing before a link takes its place, in milliseconds. */
const patience = 4500;
/** How long a frame that is to go may take to send what is under way. */
const goodbye = 1000;
/** How near the frame must come to what is seen before it is loaded. */
const margin = '300px';

/**
 * `<edgepad-frame>`: a document in a frame. `embed.js` registers it and makes one for itself.
 *
 * Attributes: `doc` (the name), `mode` (`edit` or `view`), `theme`, `key`, `token-url`, `lang`,
 * `label`, `min-height`, `max-height`, `loading="eager"`, `server`. Events: `ready`, `resize`,
 * `change`, `status`, `saved` and `error`, each with what the frame said in `detail`.
 */
export class EdgepadFrame extends HTMLElement {
  /** Where documents are, for elements without `server`: the origin the script came from. */
  static server = '';

  /** Brings a token, whenever a fresh one is needed. Goes before `token-url`. */
  getToken: (() => string | null | Promise<string | null>) | null = null;
  /** How a guest appears to the others. */
  user: FrameUser | null = null;
  #frame: HTMLIFrameElement | null = null;
  #link: HTMLAnchorElement | null = null;
  #port: MessagePort | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen: IntersectionObserver | null = null;
  /** What was handed in last; undefined where the frame has its own, or none. */
  #token: string | null | undefined;

  connectedCallback(): void {
    this.style.display ||= 'block';
    if (this.getAttribute('loading') === 'eager') return this.#load();
    // Until it is loaded it takes the room it will need at least, so that little moves.
    this.style.minHeight = `${this.#height(0)}px`;
    this.#seen = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) this.#load();
    }, { rootMargin: margin });
    this.#seen.observe(this);
  }

  disconnectedCallback(): void {
    this.#remove();
  }

  /** Another token, or key: at once, on the living connection. */
  setToken(token: string | null): void {
    this.#token = token;
    this.#say({ type: 'setToken', token });
  }

  setTheme(theme: Theme): void {
    this.setAttribute('theme', theme);
    this.#say({ type: 'setTheme', theme });
  }

  override focus(): void {
    this.#frame?.focus();
    this.#say({ type: 'focus' });
  }

  /** Lets the frame send what is under way, and takes it and this element out of the page. */
  async destroy(): Promise<void> {
    const port = this.#port;
    if (port) {
      await new Promise<void>((resolve) => {
        this.addEventListener('destroyed', () => resolve(), { once: true });
        setTimeout(resolve, goodbye);
        port.postMessage({ type: 'destroy' });
      });
    }
    this.remove();
  }

  get #server(): string {
    return this.getAttribute('server') ?? EdgepadFrame.server;
  }

  get #mode(): 'edit' | 'view' {
    return this.getAttribute('mode') === 'view' ? 'view' : 'edit';
  }

  get #theme(): Theme {
    return (this.getAttribute('theme') ?? 'auto') as Theme;
  }

  #say(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  #load(): void {
    this.#seen?.disconnect();
    addEventListener('message', this.#greeted);
    const key = this.getAttribute('key');
    const frame = document.createElement('iframe');
    const query = new URLSearchParams({ mode: this.#mode, theme: this.#theme });
    // A fragment is sent nowhere: it stands in no log.
    const path = `/embed/${encodeURIComponent(this.getAttribute('doc') ?? '')}`;
    frame.src = `${this.#server}${path}?${query}#host${key ? `&k=${key}` : ''}`;
    frame.title = this.getAttribute('label') ?? 'Document';
    frame.allow = 'clipboard-read; clipboard-write; fullscreen';
    frame.referrerPolicy = 'strict-origin-when-cross-origin';
    frame.setAttribute(
      'sandbox',
      'allow-scripts allow-same-origin allow-forms allow-modals allow-popups ' +
        'allow-popups-to-escape-sandbox allow-downloads',
    );
    frame.style.cssText = `display:block;width:100%;border:0;height:${this.#height(0)}px`;
    this.#frame = frame;
    this.append(frame);
    this.#timer = setTimeout(() => this.#fallBack(), patience);
  }

  /** The frame listens. Its window and its origin are what tell it from all others. */
  readonly #greeted = async ({ source, origin, data }: MessageEvent): Promise<void> => {
    const frame = this.#frame;
    if (!frame || source !== frame.contentWindow || origin !== this.#server) return;
    if (data?.type !== 'edgepad:hello' || data.v !== 1) return;
    clearTimeout(this.#timer);
    // Late is better than never.
    this.#link?.remove();
    frame.style.display = 'block';
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<FromFrame>) => this.#heard(event.data);
    if (this.#token === undefined) this.#token = await this.#fetchToken();
    const token = this.#token;
    frame.contentWindow?.postMessage(
      {
        type: 'edgepad:init',
        v: 1,
        theme: this.#theme,
        user: this.user,
        ...(token !== undefined && { token }),
        ...(this.lang && { locale: this.lang }),
      },
      this.#server,
      [port2],
    );
  };

  #heard(message: FromFrame): void {
    const { type } = message;
    if (type === 'token') return void this.#bringToken();
    if (type === 'resize' && this.#frame) {
      const height = this.#height(message.height);
      this.#frame.style.height = `${height}px`;
      this.style.minHeight = '';
    }
    this.dispatchEvent(new CustomEvent(type, { detail: message }));
  }

  async #bringToken(): Promise<void> {
    const token = await this.#fetchToken();
    if (token !== undefined) this.#token = token;
    this.#say({ type: 'setToken', token: this.#token ?? this.getAttribute('key') });
  }

  /** Undefined where the site has none to give. */
  async #fetchToken(): Promise<string | null | undefined> {
    const url = this.getAttribute('token-url');
    try {
      // The site's own code may throw anything; the token at hand may still do.
      if (this.getToken) return await this.getToken();
      if (!url) return this.#token;
      const response = await fetch(url, { cache: 'no-store' });
      if (response.ok) return (await response.text()).trim();
      this.#failed(`Token address answered with ${response.status}`);
    } catch (error) {
      this.#failed(String(error));
    }
    return this.#token;
  }

  #failed(message: string): void {
    const detail = { type: 'error', code: 'no-token', message };
    this.dispatchEvent(new CustomEvent('error', { detail }));
  }

  #height(wanted: number): number {
    const isView = this.#mode === 'view';
    const number = (name: string, otherwise: number) =>
      Number(this.getAttribute(name)) || otherwise;
    const least = number('min-height', isView ? 80 : 240);
    return Math.max(least, Math.min(wanted, number('max-height', isView ? 20_000 : 640)));
  }

  /** Refused, blocked, or nobody there: a browser does not tell which, nor that it is so. */
  #fallBack(): void {
    if (!this.#frame) return;
    const [path, key] = [
      encodeURIComponent(this.getAttribute('doc') ?? ''),
      this.getAttribute('key'),
    ];
    const link = document.createElement('a');
    link.href = this.#mode === 'view'
      ? `${this.#server}/v/${path}${key ? `?key=${key}` : ''}`
      : `${this.#server}/d/${path}${key ? `#k=${key}` : ''}`;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = `Open ${this.getAttribute('label') ?? 'the document'} in a new tab`;
    // Out of sight, and still trying.
    this.#frame.style.display = 'none';
    this.style.minHeight = '';
    this.#link = link;
    this.append(link);
    const detail = { type: 'error', code: 'no-frame', message: 'The frame did not answer' };
    this.dispatchEvent(new CustomEvent('error', { detail }));
  }

  #remove(): void {
    this.#seen?.disconnect();
    clearTimeout(this.#timer);
    removeEventListener('message', this.#greeted);
    this.#port?.close();
    this.#port = null;
    this.#frame?.remove();
    this.#link?.remove();
    this.#frame = this.#link = null;
  }
}
