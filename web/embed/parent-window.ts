import { isRecord } from '../../protocol/is-record.ts';
import {
  type EmbedMessage,
  handshakeVersion,
  helloType,
  type Init,
  initType,
  type ParentMessage,
  type Theme,
} from './messages.ts';

/** How long an announced parent may take to answer `hello`, in milliseconds. */
const initTimeout = 15_000;
/** How long the parent may take to send a token, in milliseconds. */
const tokenTimeout = 10_000;

interface ParentWindowOptions {
  /** The origins that may embed the page. Messages go to and come from these only. */
  readonly origins: ReadonlySet<string>;
  /** Whether the embed's URL announces that the parent will answer. */
  readonly expectsInit: boolean;
  /** Called for each message over the port, except a token that {@link ParentWindow.requestToken} awaits. */
  readonly onMessage: (message: ParentMessage) => void;
}

/**
 * The window that embeds this page. Sends and accepts nothing before both sides have verified each
 * other's window and origin.
 */
export class ParentWindow {
  /** The parent's answer; null at the top level, and when the parent does not answer in time. */
  readonly init: Promise<Init | null>;
  readonly #options: ParentWindowOptions;
  #origin: string | null;
  #port: MessagePort | null = null;
  #queue: EmbedMessage[] = [];
  #resolveToken: ((token: string | null) => void) | null = null;

  constructor(options: ParentWindowOptions) {
    this.#options = options;
    this.#origin = parentOrigin();
    const isAllowed = this.#origin === null || options.origins.has(this.#origin);
    this.init = parent !== window && isAllowed ? this.#handshake() : Promise.resolve(null);
  }

  /** The parent's origin; null at the top level, and when the browser does not reveal it. */
  get origin(): string | null {
    return this.#origin;
  }

  /** Sends a message. Queues it until the handshake is complete. */
  send(message: EmbedMessage): void {
    if (this.#port) this.#port.postMessage(message);
    else if (parent !== window) this.#queue.push(message);
  }

  /** Requests a fresh token; resolves with `fallback` without a parent, or if it sends none in time. */
  async requestToken(fallback: string | null): Promise<string | null> {
    if (!this.#port) return fallback;
    const token = await new Promise<string | null>((resolve) => {
      setTimeout(() => resolve(fallback), tokenTimeout);
      this.#resolveToken = resolve;
      this.send({ type: 'token' });
    });
    this.#resolveToken = null;
    return token;
  }

  #handshake(): Promise<Init | null> {
    return new Promise((resolve) => {
      let isTimedOut = false;
      const listener = (event: MessageEvent<unknown>) => {
        const [port] = event.ports;
        // Only the parent itself: not another iframe of the same site, not the window that opened it.
        if (event.source !== parent || !this.#options.origins.has(event.origin)) return;
        if (!port || !isInit(event.data)) return;
        removeEventListener('message', listener);
        this.#origin = event.origin;
        this.#connect(port);
        if (isTimedOut) this.#applyLate(event.data);
        else resolve(event.data);
      };
      addEventListener('message', listener);
      // Any window may receive this where the parent's origin is unknown: it carries no data.
      parent.postMessage({ type: helloType, v: handshakeVersion }, this.#origin ?? '*');
      // A parent may answer without having announced it. The page does not wait for that.
      setTimeout(() => {
        isTimedOut = true;
        resolve(null);
      }, this.#options.expectsInit ? initTimeout : 0);
    });
  }

  /** Applies an answer that arrives after the page has started without it. */
  #applyLate({ token, theme }: Init): void {
    if (theme !== undefined) this.#options.onMessage({ type: 'setTheme', theme });
    if (token !== undefined) this.#options.onMessage({ type: 'setToken', token });
  }

  #connect(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = readMessage(data);
      if (!message) return;
      if (message.type === 'setToken' && this.#resolveToken) this.#resolveToken(message.token);
      else this.#options.onMessage(message);
    };
    for (const message of this.#queue) port.postMessage(message);
    this.#queue = [];
  }
}

/** Some browsers lack `ancestorOrigins`, and some sites send no referrer. */
function parentOrigin(): string | null {
  if (parent === window) return null;
  const nearest = location.ancestorOrigins?.[0];
  if (nearest !== undefined) return nearest;
  return document.referrer === '' ? null : new URL(document.referrer).origin;
}

function isInit(data: unknown): data is Init {
  if (!isRecord(data) || data.type !== initType || data.v !== handshakeVersion) return false;
  const { token, theme, user, locale } = data;
  return (token === undefined || isToken(token)) && (theme === undefined || isTheme(theme)) &&
    (user === undefined || user === null || isRecord(user)) &&
    (locale === undefined || isLocale(locale));
}

function readMessage(data: unknown): ParentMessage | null {
  if (!isRecord(data)) return null;
  const { type, token, theme } = data;
  if (type === 'setToken' && isToken(token)) return { type, token };
  if (type === 'setTheme' && isTheme(theme)) return { type, theme };
  return type === 'focus' || type === 'destroy' ? { type } : null;
}

function isToken(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isTheme(value: unknown): value is Theme {
  return value === 'auto' || value === 'light' || value === 'dark';
}

function isLocale(value: unknown): boolean {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}
