import type { Node } from 'prosemirror-model';
import type * as Y from 'yjs';
import type { CopiedIds } from '../content/edit-record.ts';
import { type IdRange, isLive, itemsIn } from '../content/item-edits.ts';
import { runsOf, sliceRuns, spliceRuns } from '../content/line-runs.ts';

/**
 * The line in which the user composes text with an input method. A composition ends when its line is
 * rendered, so the editor shows the line as it was, with what is composed, until the composition ends.
 * Meanwhile edits are written at the ids of the characters that are shown.
 */
export class LineHold {
  readonly element: Y.XmlElement;
  #runs: readonly IdRange[];
  /** The offsets of what was composed. */
  #composed = { from: Infinity, to: 0 };

  constructor(element: Y.XmlElement) {
    this.element = element;
    this.#runs = runsOf(element);
  }

  get runs(): readonly IdRange[] {
    return this.#runs;
  }

  /** Follows a local edit of the line. */
  replace(from: number, to: number, inserted: readonly IdRange[]): void {
    const length = inserted.reduce((sum, range) => sum + range.length, 0);
    this.#runs = spliceRuns(this.#runs, from, to, inserted);
    const { from: start, to: end } = this.#composed;
    this.#composed = {
      from: Math.min(start, from),
      to: Math.max(end - (to - from) + length, from + length),
    };
  }

  /** Follows text that another client has moved. */
  follow(copies: CopiedIds): void {
    this.#runs = this.#runs.flatMap((run) => copies.latest(run));
  }

  /** What was composed if it is not in the document, because its line was deleted. */
  lostText(transaction: Y.Transaction, shown: Node): string {
    const { from, to } = this.#composed;
    if (from >= to) return '';
    const isKept = sliceRuns(this.#runs, from, to)
      .some((run) => [...itemsIn(transaction, run)].some(isLive));
    return isKept ? '' : shown.textBetween(from, Math.min(to, shown.content.size));
  }
}
