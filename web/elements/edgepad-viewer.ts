import css from 'styles:viewer';
import { LiveDocument } from '../viewer/live-document.ts';
import type { PollState } from '../viewer/poll.ts';
import { statusText } from '../viewer/status-text.ts';
import { mirror, serverOf, takeOver } from './attributes.ts';

/** Brings a key or a token; asked first, and again where one does not do any more. */
export type GetProof = () => string | null | Promise<string | null>;

let sheet: CSSStyleSheet | null = null;

/**
 * `<edgepad-viewer>`: a document in the page, for reading, kept as it is by polling. No Yjs, no editor.
 *
 * Attributes and properties: `server` (the page's own origin where it is missing), `doc`, `token`,
 * `theme` (`light`, `dark`). Events: `ready`, `change`, `statuschange`. Parts: `document`, `status`.
 * Custom properties: `--edgepad-accent`, `--edgepad-paper`, `--edgepad-ink`, `--edgepad-rule`,
 * `--edgepad-font`. Another site's service must list the page's origin.
 */
export class EdgepadViewer extends HTMLElement {
  static readonly observedAttributes = ['server', 'doc', 'token'];

  #getToken: GetProof | null = null;
  readonly #document = document.createElement('div');
  readonly #status = document.createElement('p');
  #live: LiveDocument | null = null;
  #proof: string | null = null;
  #title = '';
  #state: PollState['type'] | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
    this.#document.className = 'rendered';
    this.#document.part.add('document');
    this.#status.className = 'status';
    this.#status.part.add('status');
    this.#status.setAttribute('role', 'status');
    root.append(this.#document, this.#status);
    takeOver<EdgepadViewer>(this, ['server', 'doc', 'token', 'getToken']);
  }

  get server(): string {
    return serverOf(this);
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
  get getToken(): GetProof | null {
    return this.#getToken;
  }

  set getToken(value: GetProof | null | undefined) {
    this.#getToken = value ?? null;
  }

  /** The document's title, once it is here. */
  get documentTitle(): string {
    return this.#title;
  }

  /** `live`, `paused`, `empty`, `behind` or `gone`; null before the first look. */
  get state(): PollState['type'] | null {
    return this.#state;
  }

  connectedCallback(): void {
    this.#start();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    this.#stop();
    // Whoever changes the document changes its token as well, one after the other.
    queueMicrotask(() => this.#start());
  }

  #start(): void {
    if (!this.isConnected || !this.doc || this.#live) return;
    this.#proof = this.token;
    let isFirst = true;
    this.#live = new LiveDocument({
      container: this.#document,
      source: `${this.server}/docs/${encodeURIComponent(this.doc)}/changes`,
      version: '',
      proof: () => this.#proof,
      // Also the first time: what is asked without a proof is turned away, and nothing is lost.
      anotherProof: async (proof) => this.#proof = await this.getToken?.() ?? proof,
      changed: (title) => {
        this.#title = title;
        this.dispatchEvent(new Event(isFirst ? 'ready' : 'change'));
        isFirst = false;
      },
      tell: (state) => this.#tell(state),
    });
  }

  #stop(): void {
    this.#live?.stop();
    this.#live = null;
    this.#document.replaceChildren();
  }

  #tell(state: PollState): void {
    const text = statusText(
      state,
      (moment) => new Date(moment).toLocaleTimeString([], { timeStyle: 'short' }),
    );
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#status.dataset.state = state.type;
    if (state.type === this.#state) return;
    this.#state = state.type;
    this.dispatchEvent(new Event('statuschange'));
  }
}
