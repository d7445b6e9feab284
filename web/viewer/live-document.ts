import { type ChangesResponse, fetchChanges } from './fetch-changes.ts';
import { DocumentView, markChanged } from './document-view.ts';
import { keepScroll } from './keep-scroll.ts';
import { Poller, type PollState } from './poller.ts';

export interface LiveDocumentOptions {
  /** What is kept up to date; it may hold the document already, as the service wrote it. */
  readonly container: HTMLElement;
  /** The address of the document's changes. */
  readonly source: string;
  /** Names what the container holds; empty for nothing. */
  readonly version: string;
  /** What proves that the document may be read; null for nothing. */
  readonly credential: () => string | null;
  /** Gets another credential where this one does not do; null where there is none. */
  readonly refreshCredential: (credential: string | null) => Promise<string | null>;
  readonly onChange: (title: string) => void;
  readonly onStateChange: (state: PollState) => void;
}

/** A document in a page, kept as it is by polling, for as long as somebody may see it. */
export class LiveDocument {
  readonly #options: LiveDocumentOptions;
  readonly #poller: Poller;
  readonly #ended = new AbortController();

  constructor(options: LiveDocumentOptions) {
    this.#options = options;
    const view = new DocumentView(options.container);
    this.#poller = new Poller({
      fetchChanges: (version, signal) => this.#fetch(version, signal),
      show(changes) {
        keepScroll(options.container, () => {
          const isFirst = options.container.childElementCount === 0;
          const changed = view.apply(changes);
          if (!isFirst) markChanged(changed);
        });
        options.onChange(changes.title);
      },
      showState: (state) => options.onStateChange(state),
      schedule(milliseconds, work) {
        const timer = setTimeout(work, milliseconds);
        return () => clearTimeout(timer);
      },
      now: () => Date.now(),
      random: () => Math.random(),
    }, options.version);
    const { signal } = this.#ended;
    const look = () => this.#poller.pollNow();
    document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
    // A page that comes back from the browser's back-forward cache had its polls cut off.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) look();
    }, { signal });
    addEventListener('online', look, { signal });
    addEventListener('offline', look, { signal });
    this.#followVisibility();
  }

  /** Looks without waiting: there is another credential, say. */
  pollNow(): void {
    this.#poller.pollNow();
  }

  /** Looks no more, for good. */
  stop(): void {
    this.#ended.abort();
    this.#poller.pause();
  }

  async #fetch(version: string, signal: AbortSignal): Promise<ChangesResponse> {
    const { source, credential, refreshCredential } = this.#options;
    const first = credential();
    const answer = await fetchChanges(source, version, signal, first);
    if (answer.type !== 'missing') return answer;
    // A token may have ended, and the same answer comes for a document that is not there.
    const second = await refreshCredential(first);
    return second === first ? answer : await fetchChanges(source, version, signal, second);
  }

  #followVisibility(): void {
    if (document.hidden) this.#poller.pause();
    else this.#poller.resume();
  }
}
