import * as Y from 'yjs';
import { findOrphanedText, type OrphanedText } from './orphaned-text.ts';
import { findCopies, isRestored, type Place, writtenTexts } from './find-copies.ts';

/** Text put back has this origin: it is nobody's edit to undo. */
export const recoveryOrigin = 'rescue';

/** So many updates after the one that took the text, a copy is still looked for. */
const updatesToSearch = 8;
/** How long a copy may take to arrive before the text is offered, in milliseconds. */
const offerAfter = 2_000;

/** Text that is nowhere in the document any more and that nobody meant to delete. */
export interface LostText {
  readonly text: string;
}

export interface LostTextOptions {
  readonly doc: Y.Doc;
  /** Whoever applies updates from the network: which ones, in the transaction under way. */
  readonly source: { readonly incoming: readonly Uint8Array[] };
  /** Client ids this browser wrote under before, in no tab that is still open. */
  readonly clients?: Iterable<number>;
  /** Whether text may be put back by itself; else all of it is offered. */
  mayWrite?(): boolean;
  /** Text is falling with this type: the last moment to see whether the caret is in it. */
  onOrphaned?(from: Y.Text): void;
  /** Text from one type was put back into another; the page shows it already. */
  onRestored?(type: Y.Text, index: number, length: number, from: Y.Text): void;
}

interface Search extends LostText {
  readonly fallen: OrphanedText;
  updatesLeft: number;
  isOffered: boolean;
}

/**
 * Sees to it that a merge makes nothing invisible that this client wrote. Whoever joins, moves, cuts
 * and pastes or deletes a line takes away what others were typing in it and what they had not yet
 * seen. Where the deleter made a copy of the line, and only one place can be meant, the text goes
 * back by itself. Else it is offered: event `change`, {@link offers}.
 *
 * Knows Yjs only. What was sent and came back in a state merged by somebody who had both, text and
 * deletion, can not be told from what was meant.
 */
export class LostTextFinder extends EventTarget {
  readonly #options: LostTextOptions;
  readonly #clients: ReadonlySet<number>;
  #searches: Search[] = [];
  /** What the transactions since the last search have written into. */
  #texts = new Set<Y.Text>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: LostTextOptions) {
    super();
    this.#options = options;
    this.#clients = new Set(options.clients);
    options.doc.on('beforeObserverCalls', this.#integrated);
    options.doc.on('afterAllTransactions', this.#shown);
  }

  /** What could not be put back, the oldest first. */
  get offers(): readonly LostText[] {
    return this.#searches.filter(({ isOffered }) => isOffered);
  }

  /** Taken up, or not wanted: it is offered no longer. */
  dismiss(...texts: readonly LostText[]): void {
    this.#searches = this.#searches.filter((search) => !texts.includes(search));
    this.dispatchEvent(new Event('change'));
  }

  destroy(): void {
    this.#options.doc.off('beforeObserverCalls', this.#integrated);
    this.#options.doc.off('afterAllTransactions', this.#shown);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #integrated = (transaction: Y.Transaction, doc: Y.Doc): void => {
    const { incoming } = this.#options.source;
    // What is put back, and what editors write while they draw, happens while updates come in.
    if (transaction.local || incoming.length === 0) return;
    const isOwn = (client: number) => client === doc.clientID || this.#clients.has(client);
    const fallen = findOrphanedText(transaction, incoming, isOwn);
    for (const search of this.#searches) search.updatesLeft -= incoming.length;
    if (fallen.length > 0) this.#search(fallen);
    if (!this.#searches.some(({ updatesLeft }) => updatesLeft >= 0)) return;
    for (const text of writtenTexts(transaction)) this.#texts.add(text);
  };

  #search(fallen: readonly OrphanedText[]): void {
    const searches = fallen.map((fallen) => ({
      text: fallen.text,
      fallen,
      updatesLeft: updatesToSearch,
      isOffered: false,
    }));
    this.#searches.push(...searches);
    for (const type of new Set(fallen.map(({ from }) => from))) this.#options.onOrphaned?.(type);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const search of searches) search.isOffered = true;
      if (searches.some((search) => this.#searches.includes(search))) {
        this.dispatchEvent(new Event('change'));
      }
    }, offerAfter);
    this.#timers.add(timer);
  }

  /** Everything has been drawn, and Yjs takes changes again. */
  readonly #shown = (): void => {
    const texts = this.#texts;
    if (texts.size === 0) return;
    this.#texts = new Set();
    if (this.#options.mayWrite?.() === false) return;
    const back: Search[] = [];
    const found = this.#searches.flatMap((search) => {
      if (search.updatesLeft < 0) return [];
      if (isRestored(search.fallen, texts)) {
        back.push(search);
        return [];
      }
      const [place, ...others] = findCopies(search.fallen, texts);
      // Of two places either may be the wrong one, and a later one no better.
      if (others.length > 0) search.updatesLeft = -1;
      return place && others.length === 0 ? [{ search, ...place }] : [];
    });
    if (found.length > 0) this.#putBack(found);
    if (back.length > 0) this.dismiss(...back);
  };

  #putBack(found: readonly ({ readonly search: Search } & Place)[]): void {
    // From the last place to the first, so that each still means what it meant when it was found.
    const backwards = found.toReversed().sort((a, b) => b.index - a.index);
    const { doc, onRestored } = this.#options;
    this.dismiss(...found.map(({ search }) => search));
    const placed = doc.transact(() =>
      backwards.map(({ search, type, index }) => {
        type.insert(index, search.text);
        return { search, type, start: Y.createRelativePositionFromTypeIndex(type, index) };
      }), recoveryOrigin);
    for (const { search, type, start } of placed) {
      const index = Y.createAbsolutePositionFromRelativePosition(start, doc)?.index ?? 0;
      onRestored?.(type, index, search.text.length, search.fallen.from);
    }
  }
}
