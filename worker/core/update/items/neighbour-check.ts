import { Column, type ItemTable, noRow } from './item-table.ts';

/**
 * Checks whether the neighbours of an item agree with the order of their list. If those of all items
 * do, every replica has the same order, in whatever order it has received them. For an item between
 * L and R that is the case when:
 *
 * - L is before R,
 * - the right origin of L is not between L and R, and
 * - the left origin of R is not between L and R.
 *
 * Of items that meet these conditions it follows that none of their ancestors (origins, their origins
 * and so on) is between their neighbours. That is `IsItemValid` of the proof by Iasakura, see
 * https://github.com/iasakura/lean-yjs (`YjsOperationNetwork_converge'`).
 */
export class NeighbourCheck {
  /** Rows that were visited to compare positions. */
  steps = 0;
  /** After so many steps the check ends, with any result. */
  maxSteps = Infinity;
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** `left` ends with the left origin, `right` starts with the right one, both in the same list. */
  isConsistent(left: number, right: number): boolean {
    const table = this.#table;
    if (left === noRow) return right === noRow || table.get(right, Column.originClient) === -1;
    if (right === noRow) return table.get(left, Column.rightClient) === -1;
    // Most items are between neighbours of which one was inserted beside the other.
    return table.get(left, Column.next) === right || this.#isRightOrigin(left, right) ||
      this.#isLeftOrigin(left, right) || this.#isBefore(left, right);
  }

  #isRightOrigin(left: number, right: number): boolean {
    const table = this.#table;
    return table.get(left, Column.rightClient) === table.get(right, Column.client) &&
      table.get(left, Column.rightClock) === table.get(right, Column.clock);
  }

  #isLeftOrigin(left: number, right: number): boolean {
    const table = this.#table;
    return table.get(right, Column.originClient) === table.get(left, Column.client) &&
      table.get(right, Column.originClock) === table.endOf(left) - 1;
  }

  /**
   * Whether `left` comes before `right`, and neither the right origin of `left` nor the left origin of
   * `right` is between them. Walks from both, so that it takes twice as many steps as there are rows
   * between them.
   */
  #isBefore(left: number, right: number): boolean {
    const table = this.#table;
    const rightOrigin = this.#rowOf(left, Column.rightClient, Column.rightClock);
    const leftOrigin = this.#rowOf(right, Column.originClient, Column.originClock);
    let afterLeft = left;
    let afterRight = right;
    while (this.steps < this.maxSteps) {
      this.steps += 2;
      afterLeft = table.get(afterLeft, Column.next);
      if (afterLeft === right) return true;
      if (afterLeft === noRow || afterLeft === rightOrigin || afterLeft === leftOrigin) {
        return false;
      }
      if (afterRight !== noRow) afterRight = table.get(afterRight, Column.next);
      if (afterRight === left) return false;
    }
    return true;
  }

  #rowOf(
    row: number,
    client: typeof Column.originClient | typeof Column.rightClient,
    clock: typeof Column.originClock | typeof Column.rightClock,
  ): number {
    const table = this.#table;
    const clientIndex = table.get(row, client);
    return clientIndex === -1 ? noRow : table.rowAt(clientIndex, table.get(row, clock));
  }
}
