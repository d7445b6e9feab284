/** In place of a row, where there is none. */
export const noRow = -1;

/** The columns of a row. Ids of other items are a client index and a clock. */
export const Column = {
  /** Index in `clients`; -1 for a row that is not an item. */
  client: 0,
  clock: 1,
  length: 2,
  originClient: 3,
  originClock: 4,
  rightClient: 5,
  rightClock: 6,
  /** The next row in the same list. */
  next: 7,
  /** The row of the list that this item is in. `noRow` for garbage-collected structs. */
  list: 8,
  /** For a list: the first row in it. */
  first: 9,
  /** A `Kind`, or what `ItemIndex` adds to them. */
  kind: 10,
  /** For a list: its type, as an update encodes it. -1 for an unknown one. */
  type: 11,
  /** For a list: how many types it is inside; 0 for a root. */
  depth: 12,
  /** Marks of the walk that visited the row last, see `InsertionWalk`. */
  visited: 13,
  conflicting: 14,
} as const;
export const columns = 15;

type ColumnNumber = typeof Column[keyof typeof Column];

const noRows: number[] = [];

export interface ClientSize {
  readonly client: number;
  /** Of its rows. */
  readonly count: number;
}

interface ClientRows {
  readonly client: number;
  /** In order of their clocks, without holes. */
  rows: number[];
  /** The clock after the last row. */
  end: number;
}

/**
 * A table of numbers, in one array: an object for each row would take several times the memory of a
 * long document. Rows of items are found by client and clock. Changes since {@link begin} can be
 * reverted.
 */
export class ItemTable {
  /** By client index. */
  readonly clients: ClientRows[] = [];
  /** Work done to split rows, in steps of `limits.updateSteps`. */
  splitSteps = 0;
  readonly #indexes = new Map<number, number>();
  #cells = new Int32Array(columns * 64);
  #size = 0;
  /** Rows and clients below these existed at {@link begin}. */
  #sizeBefore = 0;
  #clientsBefore = 0;
  /** Changed cells of older rows: index, value before. */
  readonly #changes: number[] = [];
  /** The clock after the last row of each older client with changes, before them. */
  readonly #endsBefore = new Map<ClientRows, number>();
  /** Rows added to older clients: client index, position among its rows. */
  readonly #insertions: number[] = [];

  /**
   * Adds rows to an empty table: those of each client, in order, then others. Returns the cells, all -1,
   * for the caller to fill.
   */
  restore(clients: readonly ClientSize[], size: number): Int32Array {
    const cells = new Int32Array(columns * Math.max(64, size)).fill(-1);
    this.#cells = cells;
    this.#size = size;
    let next = 0;
    for (const { client, count } of clients) {
      const rows = count === 1 ? [next] : Array.from({ length: count }, (_, i) => next + i);
      next += count;
      this.#indexes.set(client, this.clients.length);
      this.clients.push({ client, rows, end: 0 });
    }
    return cells;
  }

  get size(): number {
    return this.#size;
  }

  get(row: number, column: ColumnNumber): number {
    return this.#cells[row * columns + column]!; // rows are never out of bounds
  }

  set(row: number, column: ColumnNumber, value: number): void {
    const cell = row * columns + column;
    if (row < this.#sizeBefore) this.#changes.push(cell, this.#cells[cell]!);
    this.#cells[cell] = value;
  }

  /** Sets a cell that needs no revert. */
  mark(row: number, column: ColumnNumber, value: number): void {
    this.#cells[row * columns + column] = value;
  }

  /** Adds a row. All columns are -1. */
  add(): number {
    const row = this.#size++;
    if (this.#size * columns > this.#cells.length) {
      const cells = new Int32Array(this.#cells.length * 2);
      cells.set(this.#cells);
      this.#cells = cells;
    }
    this.#cells.fill(-1, row * columns, (row + 1) * columns);
    return row;
  }

  /** Appends a row to a client. Set its other columns afterwards. */
  addItem(clientIndex: number, length: number): number {
    const client = this.clients[clientIndex]!; // the index is from `indexOf`
    const row = this.add();
    this.mark(row, Column.client, clientIndex);
    this.mark(row, Column.clock, client.end);
    this.mark(row, Column.length, length);
    this.#noteInsertion(clientIndex, client.rows.length);
    // An array literal takes no more memory than its elements. Most clients have few rows.
    if (client.rows.length === 0) client.rows = [row];
    else client.rows.push(row);
    client.end += length;
    return row;
  }

  /** Lengthens the last row of a client. */
  extend(clientIndex: number, length: number): void {
    const client = this.clients[clientIndex]!; // as above
    const row = client.rows.at(-1)!; // the caller has it
    this.#noteEnd(clientIndex);
    this.set(row, Column.length, this.get(row, Column.length) + length);
    client.end += length;
  }

  clockOf(client: number): number {
    const index = this.#indexes.get(client);
    return index === undefined ? 0 : this.clients[index]!.end;
  }

  /** The index of a client id, which is added when it is new. */
  indexOf(client: number): number {
    const known = this.#indexes.get(client);
    if (known !== undefined) return known;
    const index = this.clients.length;
    this.clients.push({ client, rows: noRows, end: 0 });
    this.#indexes.set(client, index);
    return index;
  }

  /** The row that contains this clock, which must exist. */
  rowAt(clientIndex: number, clock: number): number {
    const { rows } = this.clients[clientIndex]!;
    return rows[this.#positionOf(rows, clock)]!;
  }

  /** The row that starts at this clock. Splits the one that contains it. */
  rowFrom(clientIndex: number, clock: number): number {
    const { rows } = this.clients[clientIndex]!;
    const at = this.#positionOf(rows, clock);
    const row = rows[at]!;
    const offset = clock - this.get(row, Column.clock);
    return offset === 0 || this.#isGarbage(row) ? row : this.#split(clientIndex, at, offset);
  }

  /** The row that ends with this clock. Splits the one that contains it. */
  rowUpTo(clientIndex: number, clock: number): number {
    const { rows } = this.clients[clientIndex]!;
    const at = this.#positionOf(rows, clock);
    const row = rows[at]!;
    const offset = clock + 1 - this.get(row, Column.clock);
    if (offset < this.get(row, Column.length) && !this.#isGarbage(row)) {
      this.#split(clientIndex, at, offset);
    }
    return row;
  }

  /** The id of the first item in a row. Only rows in lists are items. */
  idOf(row: number): { client: number; clock: number } {
    const { client } = this.clients[this.get(row, Column.client)]!; // as above
    return { client, clock: this.get(row, Column.clock) };
  }

  /** The clock after a row. */
  endOf(row: number): number {
    return this.get(row, Column.clock) + this.get(row, Column.length);
  }

  /** The row after another one of a list. With `noRow`, the first one. */
  after(list: number, row: number): number {
    return row === noRow ? this.get(list, Column.first) : this.get(row, Column.next);
  }

  begin(): void {
    this.#sizeBefore = this.#size;
    this.#clientsBefore = this.clients.length;
    this.#changes.length = 0;
    this.#insertions.length = 0;
    this.#endsBefore.clear();
  }

  /** Reverts all changes since {@link begin}, in about the time that they took. */
  revert(): void {
    for (let i = this.#changes.length - 2; i >= 0; i -= 2) {
      this.#cells[this.#changes[i]!] = this.#changes[i + 1]!;
    }
    for (const { client } of this.clients.splice(this.#clientsBefore)) this.#indexes.delete(client);
    for (let i = this.#insertions.length - 2; i >= 0; i -= 2) {
      const { rows } = this.clients[this.#insertions[i]!]!; // as they were noted
      const at = this.#insertions[i + 1]!;
      if (at === rows.length - 1) rows.pop();
      else rows.splice(at, 1);
    }
    for (const [client, end] of this.#endsBefore) client.end = end;
    this.#size = this.#sizeBefore;
    this.begin();
  }

  /** Splits a row as Yjs splits an item, and returns the new one. */
  #split(clientIndex: number, at: number, offset: number): number {
    const { rows } = this.clients[clientIndex]!;
    const left = rows[at]!;
    const right = this.add();
    for (let column = 0; column < columns; column++) {
      const cell = this.#cells[left * columns + column]!;
      this.mark(right, column as ColumnNumber, cell);
    }
    const clock = this.get(left, Column.clock) + offset;
    this.mark(right, Column.clock, clock);
    this.mark(right, Column.length, this.get(left, Column.length) - offset);
    this.mark(right, Column.originClient, clientIndex);
    this.mark(right, Column.originClock, clock - 1);
    this.set(left, Column.length, offset);
    this.set(left, Column.next, right);
    this.#noteInsertion(clientIndex, at + 1);
    // Yjs moves the array elements behind it as well.
    this.splitSteps += 1 + (rows.length - at) / elementsPerStep;
    rows.splice(at + 1, 0, right);
    return right;
  }

  /** Yjs does not split GC structs. */
  #isGarbage(row: number): boolean {
    return this.get(row, Column.list) === noRow;
  }

  #noteInsertion(clientIndex: number, at: number): void {
    if (clientIndex >= this.#clientsBefore) return;
    this.#insertions.push(clientIndex, at);
    this.#noteEnd(clientIndex);
  }

  #noteEnd(clientIndex: number): void {
    if (clientIndex >= this.#clientsBefore) return;
    const client = this.clients[clientIndex]!; // older clients stay
    if (!this.#endsBefore.has(client)) this.#endsBefore.set(client, client.end);
  }

  #positionOf(rows: readonly number[], clock: number): number {
    let low = 0;
    let high = rows.length;
    // Most items refer to the last row.
    if (high > 0 && this.get(rows[high - 1]!, Column.clock) <= clock) return high - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.get(rows[middle]!, Column.clock) <= clock) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Array elements that are moved in the time of one step. */
const elementsPerStep = 1024;
