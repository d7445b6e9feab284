import type * as Y from 'yjs';

/** How long the document must not change before the digests are compared, in milliseconds. */
const quietPeriod = 2_000;
/**
 * Maximum number of consecutive full exchanges on one connection. If three did not repair the
 * difference, more will not, and each can be as long as the document.
 */
const maxExchanges = 3;

interface ConsistencyCheckEvents {
  /** Asks the service for its digest. */
  requestDigest(): void;
  /** The digests differ: only a full exchange shows where. */
  onMismatch(): void;
}

/**
 * Checks that the client and the service hold the same document. Acknowledgements confirm that every
 * update was stored; this check confirms that neither side lacks one, whatever failed on the way. It
 * compares a hash of state vector and delete set, once after connecting and once after local changes
 * were saved, and never while nothing happens. Each connection has its own check.
 */
export class ConsistencyCheck {
  readonly #doc: Y.Doc;
  readonly #events: ConsistencyCheckEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isScheduled = false;
  #exchanges = 0;
  /** Whether the document has changed since the digest was requested. */
  #hasChanged = false;

  constructor(doc: Y.Doc, events: ConsistencyCheckEvents) {
    this.#doc = doc;
    this.#events = events;
  }

  /** Requests a digest once the document has not changed for the quiet period. */
  schedule(): void {
    this.#isScheduled = true;
    this.documentChanged();
  }

  /** Restarts the quiet period: digests of different moments must not be compared. */
  documentChanged(): void {
    this.#hasChanged = true;
    clearTimeout(this.#timer);
    if (this.#isScheduled) this.#timer = setTimeout(() => this.#request(), quietPeriod);
  }

  /** Compares the document with the digest of the service, once the code for that is loaded. */
  async compare(digest: Uint8Array): Promise<void> {
    if (this.#hasChanged) return;
    // Without the code, documents are exchanged as if they differed.
    const code = await import('./lazy-sync.ts').catch(() => null);
    if (this.#hasChanged || !this.#isScheduled) return;
    this.#isScheduled = false;
    if (code?.hasDigest(this.#doc, digest)) this.#exchanges = 0;
    else if (this.#exchanges++ < maxExchanges) this.#events.onMismatch();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isScheduled = false;
  }

  #request(): void {
    this.#hasChanged = false;
    this.#events.requestDigest();
  }
}
