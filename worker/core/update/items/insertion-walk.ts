import { Column, type ItemTable, noRow } from './item-table.ts';

/**
 * Inserts rows into lists as `Item.integrate` of Yjs inserts items, in the same order and with the same
 * steps. A step compares the item with one that is between its origins.
 */
export class InsertionWalk {
  steps = 0;
  /** After so many steps the walk ends, and the row is inserted at the place it has reached. */
  maxSteps = Infinity;
  readonly #table: ItemTable;
  /** Ascending numbers: a row was visited by this walk, or since its last conflict was solved. */
  #walkNumber = 0;
  #conflictNumber = 0;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** Inserts a row, whose list and origins are set, between two others of its list. */
  insert(row: number, left: number, right: number): void {
    const table = this.#table;
    const list = table.get(row, Column.list);
    const place = table.after(list, left) === right ? left : this.#placeBetween(row, left, right);
    table.mark(row, Column.next, table.after(list, place));
    if (place === noRow) table.set(list, Column.first, row);
    else table.set(place, Column.next, row);
  }

  /** The row to insert after. `noRow` for the start of the list. */
  #placeBetween(row: number, left: number, right: number): number {
    const table = this.#table;
    const list = table.get(row, Column.list);
    const client = this.#clientOf(row);
    const walk = ++this.#walkNumber;
    let conflict = ++this.#conflictNumber;
    let place = left;
    let other = table.after(list, left);
    for (; other !== noRow && other !== right; other = table.get(other, Column.next)) {
      if (++this.steps > this.maxSteps) break;
      table.mark(other, Column.visited, walk);
      table.mark(other, Column.conflicting, conflict);
      if (this.#haveSameId(row, other, Column.originClient, Column.originClock)) {
        if (this.#clientOf(other) < client) {
          place = other;
          conflict = ++this.#conflictNumber;
        } else if (this.#haveSameId(row, other, Column.rightClient, Column.rightClock)) {
          break;
        }
        continue;
      }
      const originClient = table.get(other, Column.originClient);
      if (originClient === -1) break;
      const origin = table.rowAt(originClient, table.get(other, Column.originClock));
      if (table.get(origin, Column.visited) !== walk) break;
      if (table.get(origin, Column.conflicting) !== conflict) {
        place = other;
        conflict = ++this.#conflictNumber;
      }
    }
    return place;
  }

  #clientOf(row: number): number {
    return this.#table.clients[this.#table.get(row, Column.client)]!.client; // rows in lists are items
  }

  #haveSameId(
    row: number,
    other: number,
    client: typeof Column.originClient | typeof Column.rightClient,
    clock: typeof Column.originClock | typeof Column.rightClock,
  ): boolean {
    const table = this.#table;
    return table.get(row, client) === table.get(other, client) &&
      table.get(row, clock) === table.get(other, clock);
  }
}
