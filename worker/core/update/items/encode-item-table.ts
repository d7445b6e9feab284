import { type Encoder, write, writeVarUint } from 'lib0/encoding';
import type { ByteReader } from '../byte-reader.ts';
import { type ClientSize, Column, columns, type ItemTable, noRow } from './item-table.ts';

/** A list that is no item, see `NamedLists`. */
export interface NamedList {
  /** `noRow` for a root. */
  readonly parent: number;
  /** Of a root, or a key. A character for each byte of UTF-8. */
  readonly name: string;
  readonly row: number;
}

// What the first number of a row says about it, added to 8 times its kind.
const followsOwnClock = 1;
const hasOrigin = 2;
const hasRight = 4;
const flagBits = 3;

/**
 * Encodes a table, in about 7 bytes for an item. Numbers its rows anew, in the order of clients and
 * clocks: most references are to the row before or after.
 */
export function encodeItemTable(
  encoder: Encoder,
  table: ItemTable,
  lists: readonly NamedList[],
): void {
  const order = table.clients.flatMap(({ rows }) => rows);
  const numbers = new Int32Array(table.size);
  for (const [number, row] of [...order, ...lists.map(({ row }) => row)].entries()) {
    numbers[row] = number;
  }
  const numberOf = (row: number) => row === noRow ? noRow : numbers[row]!; // all rows are numbered
  writeVarUint(encoder, table.clients.length);
  for (const { client, rows } of table.clients) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, rows.length);
  }
  writeVarUint(encoder, lists.length);
  for (const row of order) writeItem(encoder, table, row, numberOf);
  for (const { parent, name, row } of lists) {
    writeVarUint(encoder, numberOf(parent) + 1);
    writeVarUint(encoder, name.length);
    for (let i = 0; i < name.length; i++) write(encoder, name.charCodeAt(i));
    writeList(encoder, table, row, numberOf);
    writeVarUint(encoder, table.get(row, Column.kind));
  }
}

function writeItem(
  encoder: Encoder,
  table: ItemTable,
  row: number,
  numberOf: (row: number) => number,
): void {
  const client = table.get(row, Column.client);
  const origin = table.get(row, Column.originClient);
  const right = table.get(row, Column.rightClient);
  const isAfterOwn = origin === client &&
    table.get(row, Column.originClock) === table.get(row, Column.clock) - 1;
  const flags = (isAfterOwn ? followsOwnClock : origin === -1 ? 0 : hasOrigin) +
    (right === -1 ? 0 : hasRight);
  writeVarUint(encoder, table.get(row, Column.kind) << flagBits | flags);
  writeVarUint(encoder, table.get(row, Column.length));
  if (flags & hasOrigin) {
    writeVarUint(encoder, origin);
    writeVarUint(encoder, table.get(row, Column.originClock));
  }
  if (flags & hasRight) {
    writeVarUint(encoder, right);
    writeVarUint(encoder, table.get(row, Column.rightClock));
  }
  const list = table.get(row, Column.list);
  writeVarUint(encoder, distance(numberOf(row), numberOf(list)));
  if (list === noRow) return;
  writeVarUint(encoder, distance(numberOf(row), numberOf(table.get(row, Column.next))));
  const isList = table.get(row, Column.type) !== -1;
  writeVarUint(encoder, isList ? 1 : 0);
  if (isList) writeList(encoder, table, row, numberOf);
}

function writeList(
  encoder: Encoder,
  table: ItemTable,
  row: number,
  numberOf: (row: number) => number,
): void {
  writeVarUint(encoder, table.get(row, Column.type) + 1);
  writeVarUint(encoder, table.get(row, Column.depth));
  writeVarUint(encoder, numberOf(table.get(row, Column.first)) + 1);
}

/** A reference to a row, as a small number when the row is near. 0 for `noRow`. */
function distance(from: number, to: number): number {
  if (to === noRow) return 0;
  return to > from ? 2 * (to - from) : 2 * (from - to) + 1;
}

function reference(from: number, distance: number): number {
  if (distance === 0) return noRow;
  return distance % 2 === 0 ? from + distance / 2 : from - (distance - 1) / 2;
}

/**
 * Decodes what {@link encodeItemTable} has encoded, into an empty table. Throws a SyntaxError. Writes
 * the cells directly: with a call for each, it would take as long as building the table anew.
 */
export function decodeItemTable(reader: ByteReader, table: ItemTable): NamedList[] {
  const clients: ClientSize[] = [];
  let size = 0;
  for (let left = reader.count(2); left > 0; left--) {
    const client = reader.varUint();
    const count = reader.varUint();
    clients.push({ client, count });
    size += count;
  }
  const listCount = reader.varUint();
  if (size * 3 + listCount * 5 > reader.bytes.length - reader.position) {
    throw new SyntaxError('Cannot read index: a count exceeds the remaining data');
  }
  const cells = table.restore(clients, size + listCount);
  let row = 0;
  for (const [index, { count }] of clients.entries()) {
    let clock = 0;
    for (const end = row + count; row < end; row++) {
      clock += readItem(reader, cells, { row, index, clock });
    }
    table.clients[index]!.end = clock; // restored above
  }
  const lists: NamedList[] = [];
  for (; row < size + listCount; row++) {
    const parent = reader.varUint() - 1;
    reader.string();
    const name = reader.bytesAsText(reader.stringStart, reader.position);
    readList(reader, cells, row * columns);
    cells[row * columns + Column.kind] = reader.varUint();
    lists.push({ parent, name, row });
  }
  return lists;
}

interface ItemPosition {
  readonly row: number;
  /** Of its client. */
  readonly index: number;
  readonly clock: number;
}

/** Returns the length of the item. */
function readItem(reader: ByteReader, cells: Int32Array, position: ItemPosition): number {
  const { row, index, clock } = position;
  const at = row * columns;
  const head = reader.varUint();
  const length = reader.varUint();
  cells[at + Column.client] = index;
  cells[at + Column.clock] = clock;
  cells[at + Column.length] = length;
  cells[at + Column.kind] = head >> flagBits;
  if (head & followsOwnClock) {
    cells[at + Column.originClient] = index;
    cells[at + Column.originClock] = clock - 1;
  } else if (head & hasOrigin) {
    cells[at + Column.originClient] = reader.varUint();
    cells[at + Column.originClock] = reader.varUint();
  }
  if (head & hasRight) {
    cells[at + Column.rightClient] = reader.varUint();
    cells[at + Column.rightClock] = reader.varUint();
  }
  const list = reference(row, reader.varUint());
  if (list === noRow) return length;
  cells[at + Column.list] = list;
  cells[at + Column.next] = reference(row, reader.varUint());
  if (reader.varUint() === 1) readList(reader, cells, at);
  return length;
}

function readList(reader: ByteReader, cells: Int32Array, at: number): void {
  cells[at + Column.type] = reader.varUint() - 1;
  cells[at + Column.depth] = reader.varUint();
  cells[at + Column.first] = reader.varUint() - 1;
}
