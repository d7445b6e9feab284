import { type ChangesResponse, fetchChanges } from './fetch-changes.ts';
import { DocumentView, markChanged } from './document-view.ts';
import { keepScroll } from './keep-scroll.ts';
import { Poller, type PollState } from './poller.ts';

export interface LiveDocumentOptions {
  /** The element to keep up to date. It may contain the document already, as the service renders it. */
  readonly container: HTMLElement;
  /** The URL of the document's changes. */
  readonly source: string;
  /** The version of the content in the container; empty without content. */
  readonly version: string;
  /** Returns the credential; null for none. */
  readonly credential: () => string | null;
  /** Gets another credential after this one was rejected. Returns the same one if there is no other. */
  readonly refreshCredential: (credential: string | null) => Promise<string | null>;
  /** Called after each change with the title, and the language of the text; empty if it is unknown. */
  readonly onChange: (title: string, language: string) => void;
  readonly onStateChange: (state: PollState) => void;
}

/** A read-only document in a page. Polls for changes while the page is visible. */
export class LiveDocument {
  readonly #options: LiveDocumentOptions;
  readonly #poller: Poller;
  readonly #listening = new AbortController();

  constructor(options: LiveDocumentOptions) {
    this.#options = options;
    const view = new DocumentView(options.container);
    this.#poller = new Poller({
      fetchChanges: (version, signal) => this.#fetch(version, signal),
      showChanges(changes) {
        keepScroll(options.container, () => {
          const isFirst = options.container.childElementCount === 0;
          const changed = view.apply(changes);
          if (!isFirst) markChanged(changed);
        });
        options.onChange(changes.title, changes.language ?? '');
      },
      showState: (state) => options.onStateChange(state),
      schedule(milliseconds, work) {
        const timer = setTimeout(work, milliseconds);
        return () => clearTimeout(timer);
      },
      now: () => Date.now(),
      random: () => Math.random(),
    }, options.version);
    const { signal } = this.#listening;
    const pollNow = () => this.pollNow();
    document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
    // The back-forward cache aborts the requests of a page that it keeps.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) pollNow();
    }, { signal });
    addEventListener('online', pollNow, { signal });
    // This poll fails at once, which shows that the page is behind.
    addEventListener('offline', pollNow, { signal });
    this.#followVisibility();
  }

  /** Polls now instead of after the delay, for example when the page has another credential. */
  pollNow(): void {
    this.#poller.pollNow();
  }

  /** Stops polling for good. */
  stop(): void {
    this.#listening.abort();
    this.#poller.pause();
  }

  async #fetch(version: string, signal: AbortSignal): Promise<ChangesResponse> {
    const { source, credential, refreshCredential } = this.#options;
    const first = credential();
    const response = await fetchChanges(source, version, signal, first);
    if (response.type !== 'missing') return response;
    // An expired token gets the same response as a missing document.
    const second = await refreshCredential(first);
    return second === first ? response : await fetchChanges(source, version, signal, second);
  }

  #followVisibility(): void {
    if (document.hidden) this.#poller.pause();
    else this.#poller.resume();
  }
}
