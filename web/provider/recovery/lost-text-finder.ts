import * as Y from 'yjs';
import {
  findCopies,
  isRestored,
  isTooMuchToSearch,
  readTexts,
  type TextPosition,
  writtenTexts,
} from './find-copies.ts';
import { findOrphanedText, type OrphanedText } from './orphaned-text.ts';

/** The origin of transactions that re-insert text. It is not tracked by undo. */
const recoveryOrigin = 'recovery';

/** The number of updates after the deletion that are searched for a copy of the line. */
const updatesToSearch = 8;
/** How long a copy may take to arrive before the text is offered, in milliseconds. */
const offerDelay = 2_000;

/** Text that another client deleted without having seen it. */
interface LostText {
  readonly text: string;
}

interface LostTextOptions {
  readonly doc: Y.Doc;
  /** The provider: the updates that it applies in the current transaction. */
  readonly source: { readonly incoming: readonly Uint8Array[] };
  /** Client ids that this browser has written with in tabs that are closed. */
  readonly clients?: Iterable<number>;
  /** Whether text may be re-inserted automatically. If not, all of it is offered. */
  mayWrite?(): boolean;
  /** Called with the deleted type, before observers run: the last moment to read the caret in it. */
  onOrphaned?(from: Y.Text): void;
  /** Called when text from one type was re-inserted into another, and observers have run. */
  onRestored?(type: Y.Text, index: number, length: number, from: Y.Text): void;
}

/** The search for the place of one text. */
interface Search extends LostText {
  readonly orphan: OrphanedText;
  updatesLeft: number;
  isOffered: boolean;
}

/**
 * Recovers text of this client that another client has deleted without having seen it: a client that
 * joins, moves, pastes or deletes a line also deletes what others were typing in it. If that client
 * has written a copy of the line and there is one candidate, the text is re-inserted there. Otherwise
 * it is offered in {@link offers}. Event: `change`, when the offers change.
 *
 * Limit: if the text and its deletion arrive in a state that a third client has merged, the deletion
 * cannot be distinguished from an intended one.
 */
export class LostTextFinder extends EventTarget {
  readonly #options: LostTextOptions;
  readonly #clients: Set<number>;
  #searches: Search[] = [];
  /** The texts written since the last search. */
  #texts = new Set<Y.Text>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: LostTextOptions) {
    super();
    this.#options = options;
    this.#clients = new Set(options.clients);
    options.doc.on('beforeObserverCalls', this.#beforeObservers);
    options.doc.on('afterAllTransactions', this.#afterTransactions);
  }

  /** The texts that could not be re-inserted, the oldest first. */
  get offers(): readonly LostText[] {
    return this.#searches.filter(({ isOffered }) => isOffered);
  }

  /** Removes texts from the offers: the user has inserted or dismissed them. */
  dismiss(...texts: readonly LostText[]): void {
    this.#remove(texts);
  }

  #remove(texts: readonly LostText[]): void {
    const removed = new Set(texts);
    this.#searches = this.#searches.filter((search) => !removed.has(search));
    this.dispatchEvent(new Event('change'));
  }

  /** Text under this client id is this client's, too. */
  addClient(client: number): void {
    this.#clients.add(client);
  }

  destroy(): void {
    this.#options.doc.off('beforeObserverCalls', this.#beforeObservers);
    this.#options.doc.off('afterAllTransactions', this.#afterTransactions);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #beforeObservers = (transaction: Y.Transaction, doc: Y.Doc): void => {
    const { incoming } = this.#options.source;
    // Local transactions run while updates are applied: a re-insertion, or changes by the editor.
    if (transaction.local || incoming.length === 0) return;
    const isOwn = (client: number) => client === doc.clientID || this.#clients.has(client);
    const orphans = findOrphanedText(transaction, incoming, isOwn);
    for (const search of this.#searches) search.updatesLeft -= incoming.length;
    if (orphans.length > 0) this.#startSearch(orphans);
    if (!this.#searches.some(({ updatesLeft }) => updatesLeft >= 0)) return;
    for (const text of writtenTexts(transaction)) this.#texts.add(text);
  };

  #startSearch(orphans: readonly OrphanedText[]): void {
    const searches = orphans.map((orphan) => ({
      text: orphan.text,
      orphan,
      updatesLeft: updatesToSearch,
      isOffered: false,
    }));
    for (const search of searches) this.#searches.push(search);
    for (const type of new Set(orphans.map(({ from }) => from))) this.#options.onOrphaned?.(type);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const search of searches) search.isOffered = true;
      const added = new Set(searches);
      if (this.#searches.some((search) => added.has(search))) {
        this.dispatchEvent(new Event('change'));
      }
    }, offerDelay);
    this.#timers.add(timer);
  }

  /** Observers have run, so the document may be changed. */
  readonly #afterTransactions = (): void => {
    const texts = this.#texts;
    if (texts.size === 0) return;
    this.#texts = new Set();
    if (this.#options.mayWrite?.() === false) return;
    const active = this.#searches.filter(({ updatesLeft }) => updatesLeft >= 0);
    const searched = readTexts(texts);
    if (isTooMuchToSearch(active.map(({ orphan }) => orphan), searched)) {
      for (const search of active) search.updatesLeft = -1;
      return;
    }
    const restored: Search[] = [];
    const found = active.flatMap((search) => {
      if (isRestored(search.orphan, searched)) {
        restored.push(search);
        return [];
      }
      const [position, ...others] = findCopies(search.orphan, searched);
      // Either of two candidates may be the wrong one, and a later one is no better.
      if (others.length > 0) search.updatesLeft = -1;
      return position && others.length === 0 ? [{ search, ...position }] : [];
    });
    if (found.length > 0) this.#reinsert(found);
    if (restored.length > 0) this.#remove(restored);
  };

  #reinsert(found: readonly ({ readonly search: Search } & TextPosition)[]): void {
    // From the last position to the first, so that an insertion does not move those that follow.
    const backwards = found.toReversed().sort((a, b) => b.index - a.index);
    const { doc, onRestored } = this.#options;
    this.#remove(found.map(({ search }) => search));
    const inserted = doc.transact(() =>
      backwards.map(({ search, type, index }) => {
        type.insert(index, search.text);
        return { search, type, start: Y.createRelativePositionFromTypeIndex(type, index) };
      }), recoveryOrigin);
    for (const { search, type, start } of inserted) {
      const index = Y.createAbsolutePositionFromRelativePosition(start, doc)?.index ?? 0;
      onRestored?.(type, index, search.text.length, search.orphan.from);
    }
  }
}
