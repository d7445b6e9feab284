import {
  type FromFrame,
  handshakeVersion,
  helloType,
  type Init,
  initType,
  type Theme,
  type ToFrame,
} from './messages.ts';

/** How long a site that announced itself may take to answer, in milliseconds. */
const patience = 15_000;
/** How long it may take to bring a token. */
const tokenPatience = 10_000;

/** The two windows, as far as the handshake needs them. */
export interface SiteOptions {
  /** The origins that may show the page in a frame: nobody else is heard or told anything. */
  readonly origins: ReadonlySet<string>;
  /** Whether the address says that the site is going to answer. */
  readonly isExpected: boolean;
  /** Called for what the site says later. A token that was asked for does not come this way. */
  readonly heard: (message: ToFrame) => void;
}

/**
 * The site around the frame, once each has seen who the other is. Before that, and where there is
 * none, nothing is said and nothing heard.
 */
export class ParentWindow {
  /** What the site has sent along; null where there is no site that would. */
  readonly init: Promise<Init | null>;
  readonly #options: SiteOptions;
  #origin: string | null;
  #port: MessagePort | null = null;
  #waiting: FromFrame[] = [];
  #tokenArrived: ((token: string | null) => void) | null = null;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#origin = originAround();
    const isFramed = parent !== window;
    const mayTalk = isFramed && (this.#origin === null || options.origins.has(this.#origin));
    this.init = mayTalk ? this.#handshake() : Promise.resolve(null);
  }

  /** Where the page is framed, as far as the browser tells; null at the top, or where it does not. */
  get origin(): string | null {
    return this.#origin;
  }

  get isConnected(): boolean {
    return this.#port !== null;
  }

  /** Tells the site something; before it has answered that is kept. */
  tell(message: FromFrame): void {
    if (this.#port) this.#port.postMessage(message);
    else if (parent !== window) this.#waiting.push(message);
  }

  /** A fresh token of the site; `otherwise` where it brings none in time, or there is no site. */
  async askForToken(otherwise: string | null): Promise<string | null> {
    if (!this.#port) return otherwise;
    const token = await new Promise<string | null>((resolve) => {
      setTimeout(() => resolve(otherwise), tokenPatience);
      this.#tokenArrived = resolve;
      this.tell({ type: 'token' });
    });
    this.#tokenArrived = null;
    return token;
  }

  #handshake(): Promise<Init | null> {
    return new Promise((resolve) => {
      const listen = (event: MessageEvent<unknown>) => {
        const [port] = event.ports;
        // To the letter, and from the window right around this one: another frame of the same site,
        // or a window that opened it, is not the one the person looks at.
        if (event.source !== parent || !this.#options.origins.has(event.origin)) return;
        if (!port || !isInit(event.data)) return;
        removeEventListener('message', listen);
        this.#origin = event.origin;
        this.#connect(port);
        if (isOver) this.#late(event.data);
        else resolve(event.data);
      };
      let isOver = false;
      addEventListener('message', listen);
      // Where the browser does not say who is there, anybody may hear this: it holds nothing.
      parent.postMessage({ type: helloType, v: handshakeVersion }, this.#origin ?? '*');
      // A site may answer that did not announce it; the page does not wait for that.
      setTimeout(() => {
        isOver = true;
        resolve(null);
      }, this.#options.isExpected ? patience : 0);
    });
  }

  /** The page has begun without it. */
  #late({ token, theme }: Init): void {
    if (theme !== undefined) this.#options.heard({ type: 'setTheme', theme });
    if (token !== undefined) this.#options.heard({ type: 'setToken', token });
  }

  #connect(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = read(data);
      if (!message) return;
      if (message.type === 'setToken' && this.#tokenArrived) this.#tokenArrived(message.token);
      else this.#options.heard(message);
    };
    for (const message of this.#waiting) port.postMessage(message);
    this.#waiting = [];
  }
}

/** `ancestorOrigins` is missing in some browsers, and the referrer where a site sends none. */
function originAround(): string | null {
  if (parent === window) return null;
  const first = location.ancestorOrigins?.[0];
  if (first !== undefined) return first;
  return document.referrer === '' ? null : new URL(document.referrer).origin;
}

function isInit(data: unknown): data is Init {
  if (!isRecord(data) || data.type !== initType || data.v !== handshakeVersion) return false;
  const { token, theme, user, locale } = data;
  return (token === undefined || isToken(token)) && (theme === undefined || isTheme(theme)) &&
    (user === undefined || user === null || isRecord(user)) &&
    (locale === undefined || isLocale(locale));
}

function read(data: unknown): ToFrame | null {
  if (!isRecord(data)) return null;
  const { type, token, theme } = data;
  if (type === 'setToken' && isToken(token)) return { type, token };
  if (type === 'setTheme' && isTheme(theme)) return { type, theme };
  return type === 'focus' || type === 'destroy' ? { type } : null;
}

function isToken(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isLocale(value: unknown): boolean {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

export function isTheme(value: unknown): value is Theme {
  return value === 'auto' || value === 'light' || value === 'dark';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
