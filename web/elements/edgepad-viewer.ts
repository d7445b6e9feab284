import css from 'styles:viewer';
import { LiveDocument } from '../viewer/live-document.ts';
import type { PollState } from '../viewer/poller.ts';
import { statusText } from '../viewer/status-text.ts';
import { DocumentElement, upgradeProperties } from './document-element.ts';

let sheet: CSSStyleSheet | null = null;

/**
 * `<edgepad-viewer>`: a document in the page, for reading, kept as it is by polling. No Yjs, no editor.
 *
 * Attributes and properties: `server` (the page's own origin where it is missing), `doc`, `token`,
 * `theme` (`light`, `dark`). Events: `ready`, `change`, `statuschange`. Parts: `document`, `status`.
 * Custom properties: `--edgepad-accent`, `--edgepad-paper`, `--edgepad-ink`, `--edgepad-rule`,
 * `--edgepad-font`. Another site's service must list the page's origin.
 */
export class EdgepadViewer extends DocumentElement {
  readonly #document = document.createElement('div');
  readonly #status = document.createElement('p');
  #live: LiveDocument | null = null;
  #credential: string | null = null;
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
    upgradeProperties<EdgepadViewer>(this, []);
  }

  /** The document's title, once it is here. */
  get documentTitle(): string {
    return this.#title;
  }

  /** `live`, `paused`, `empty`, `behind` or `gone`; null before the first look. */
  get state(): PollState['type'] | null {
    return this.#state;
  }

  protected override begin(): void {
    if (!this.doc || this.#live) return;
    this.#credential = this.token;
    let isFirst = true;
    this.#live = new LiveDocument({
      container: this.#document,
      source: `${this.server}/docs/${encodeURIComponent(this.doc)}/changes`,
      version: '',
      credential: () => this.#credential,
      // Also the first time: what is asked without a credential is turned away, and nothing is lost.
      refreshCredential: async (credential) =>
        this.#credential = await this.getToken?.() ?? credential,
      onChange: (title) => {
        this.#title = title;
        this.dispatchEvent(new Event(isFirst ? 'ready' : 'change'));
        isFirst = false;
      },
      onStateChange: (state) => this.#tell(state),
    });
  }

  protected override end(): void {
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
