import type { ClockRange } from '../clock-ranges.ts';
import { Kind, type UpdateReader } from '../update-reader.ts';
import type { InsertionPlace } from './insertion-places.ts';
import { Column, type ItemTable, noRow } from './item-table.ts';
import type { NamedLists } from './named-lists.ts';

/** Kinds of content that Yjs merges with content of the same kind. */
const mergeableKinds: readonly number[] = [Kind.deleted, Kind.json, Kind.string, Kind.any];
/** Added to the kind of a row whose last clock is deleted. Yjs does not merge it with what follows. */
const closed = 64;

/** Whether Yjs merges an item with the last one of its client, which is given by its index. */
export function extendsLastRow(
  struct: UpdateReader,
  client: number,
  { list, left, right }: InsertionPlace,
  { table, lists }: { readonly table: ItemTable; readonly lists: NamedLists },
): boolean {
  if (left === noRow || left !== table.clients[client]!.rows.at(-1)) return false;
  if (table.get(left, Column.kind) !== struct.kind || !mergeableKinds.includes(struct.kind)) {
    return false;
  }
  // The newest value of a key deletes the one before it.
  if (lists.isKey(list) && struct.kind !== Kind.deleted) return false;
  if (table.get(left, Column.next) !== right) return false;
  return right === noRow
    ? table.get(left, Column.rightClient) === -1
    : table.get(left, Column.rightClient) === table.get(right, Column.client) &&
      table.get(left, Column.rightClock) === table.get(right, Column.clock);
}

/** Splits the rows of a client at the ends of deleted ranges, as Yjs does. */
export function splitAtDeletes(
  table: ItemTable,
  client: number,
  ranges: readonly ClockRange[],
  countSteps: () => void,
): void {
  for (const { clock, length } of ranges) {
    const end = clock + length - 1;
    if (!isDeleted(table, table.rowAt(client, clock))) table.rowFrom(client, clock);
    if (isDeleted(table, table.rowAt(client, end))) continue;
    const last = table.rowUpTo(client, end);
    const kind = table.get(last, Column.kind);
    if (mergeableKinds.includes(kind)) table.set(last, Column.kind, kind + closed);
    countSteps();
  }
}

function isDeleted(table: ItemTable, row: number): boolean {
  return table.get(row, Column.list) === noRow || table.get(row, Column.kind) === Kind.deleted;
}
