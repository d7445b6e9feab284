import css from 'styles:viewer';
import { LiveDocument } from '../viewer/live-document.ts';
import type { PollState } from '../viewer/poller.ts';
import { followSectionLinks } from '../viewer/section-links.ts';
import { statusText } from '../viewer/status-text.ts';
import { DocumentElement, upgradeProperties } from './document-element.ts';
import { createPart, sharedStyleSheet } from './shadow-parts.ts';

/**
 * `<edgepad-viewer>`: a read-only document in the page. It polls for changes, without Yjs.
 *
 * Attributes: `server` (default: the origin of the page), `doc`, `token` and `theme` (`light`, `dark`);
 * all but `theme` are properties too. Events: `ready`, `change`, `statuschange`. Parts: `document`, `status`. Custom
 * properties: `--edgepad-accent`, `--edgepad-paper`, `--edgepad-ink`, `--edgepad-rule`,
 * `--edgepad-font`. The service must list the page's origin in `EDGEPAD_ORIGINS`.
 */
export class EdgepadViewer extends DocumentElement {
  readonly #document = createPart('div', 'document');
  readonly #status = createPart('p', 'status');
  #live: LiveDocument | null = null;
  #credential: string | null = null;
  #title = '';
  #state: PollState['type'] | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedStyleSheet(css)];
    this.#document.classList.add('rendered');
    this.#status.setAttribute('role', 'status');
    followSectionLinks(this.#document);
    root.append(this.#document, this.#status);
    upgradeProperties<EdgepadViewer>(this, []);
  }

  /** The document's title; empty before the document is loaded. */
  get documentTitle(): string {
    return this.#title;
  }

  /** `live`, `paused`, `empty`, `behind` or `gone`; null before the first poll. */
  get state(): PollState['type'] | null {
    return this.#state;
  }

  protected override start(): void {
    if (!this.doc || this.#live) return;
    this.#credential = this.token;
    let isFirst = true;
    this.#live = new LiveDocument({
      container: this.#document,
      source: `${this.server}/docs/${encodeURIComponent(this.doc)}/changes`,
      version: '',
      credential: () => this.#credential,
      // Also calls `getToken` for the first time: a poll without a credential is rejected.
      refreshCredential: async (credential) =>
        this.#credential = await this.getToken?.() ?? credential,
      onChange: (title, language) => {
        this.#document.lang = language;
        this.#title = title;
        this.dispatchEvent(new Event(isFirst ? 'ready' : 'change'));
        isFirst = false;
      },
      onStateChange: (state) => this.#showState(state),
    });
  }

  protected override stop(): void {
    this.#live?.stop();
    this.#live = null;
    this.#document.replaceChildren();
  }

  #showState(state: PollState): void {
    const text = statusText(
      state,
      (time) => new Date(time).toLocaleTimeString([], { timeStyle: 'short' }),
    );
    // A screen reader announces each write.
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#status.dataset.state = state.type;
    if (state.type === this.#state) return;
    this.#state = state.type;
    this.dispatchEvent(new Event('statuschange'));
  }
}
