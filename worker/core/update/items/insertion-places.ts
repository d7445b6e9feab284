import { CloseCode } from '../../../../protocol/close-codes.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { Column, type ItemTable, noRow } from './item-table.ts';
import type { NamedLists } from './named-lists.ts';
import type { NeighbourCheck } from './neighbour-check.ts';
import { noClient, type UpdateReader } from '../update-reader.ts';

/** The rows between which an item is inserted. */
export interface InsertionPlace {
  /** `noRow` when Yjs replaces the item by a GC struct. */
  readonly list: number;
  readonly left: number;
  readonly right: number;
  /** Whether `right` is in place of the right neighbour that the item names. */
  readonly isCorrected: boolean;
}

/** Finds where the items of an update are inserted. Splits rows there, as Yjs does. */
export class InsertionPlaces {
  readonly #table: ItemTable;
  readonly #lists: NamedLists;
  readonly #check: NeighbourCheck;

  constructor(table: ItemTable, lists: NamedLists, check: NeighbourCheck) {
    this.#table = table;
    this.#lists = lists;
    this.#check = check;
  }

  /** The place at which Yjs inserts an item of a stored update. */
  find(struct: UpdateReader): InsertionPlace {
    const [left, right] = this.#neighbours(struct);
    const list = this.#isGarbage(right) ? noRow : this.#listOf(struct, left, right);
    return { list, left, right, isCorrected: false };
  }

  /**
   * The place at which all replicas insert an item alike. When the neighbours that the item names
   * contradict the order of their list, that is directly after the left one. Throws a
   * {@link ProtocolError} when they are in different lists, and not from a trusted document.
   */
  findConsistent(
    struct: UpdateReader,
    { isTrusted }: { readonly isTrusted: boolean },
  ): InsertionPlace {
    const table = this.#table;
    const [named, right] = this.#neighbours(struct);
    // When the right neighbour comes first in the same row, splitting there has cut off the left one.
    const left = named === noRow || table.endOf(named) > struct.originClock
      ? named
      : table.rowAt(table.get(named, Column.client), struct.originClock);
    const list = this.#listOf(struct, left, right);
    if (left !== noRow && right !== noRow && table.get(right, Column.list) !== list) {
      // Replicas differ in what they have garbage-collected: none may use both neighbours.
      if (this.#isGarbage(left)) return { list, left, right: noRow, isCorrected: true };
      if (!isTrusted && !this.#isGarbage(right)) throw differentLists();
    } else if (list === noRow || this.#check.isConsistent(left, right)) {
      return { list, left, right, isCorrected: false };
    }
    return { list, left, right: table.after(list, left), isCorrected: true };
  }

  #neighbours(struct: UpdateReader): [left: number, right: number] {
    const table = this.#table;
    const { originClient, originClock, rightOriginClient, rightOriginClock } = struct;
    const left = originClient === noClient
      ? noRow
      : table.rowUpTo(table.indexOf(originClient), originClock);
    const right = rightOriginClient === noClient
      ? noRow
      : table.rowFrom(table.indexOf(rightOriginClient), rightOriginClock);
    return [left, right];
  }

  #isGarbage(neighbour: number): boolean {
    return neighbour !== noRow && this.#table.get(neighbour, Column.list) === noRow;
  }

  /** The list of an item's neighbours, or the one that it names. `noRow` when there is none. */
  #listOf(struct: UpdateReader, left: number, right: number): number {
    const table = this.#table;
    if (left !== noRow) return table.get(left, Column.list);
    if (right !== noRow) return table.get(right, Column.list);
    let parent: number;
    if (struct.parentClient === noClient) {
      parent = this.#lists.root(struct.parentName());
    } else {
      parent = table.rowAt(table.indexOf(struct.parentClient), struct.parentClock);
      if (table.get(parent, Column.type) === -1) return noRow;
    }
    return struct.hasKey ? this.#lists.key(parent, struct.keyName()) : parent;
  }
}

function differentLists(): ProtocolError {
  return new ProtocolError(
    CloseCode.forbiddenContent,
    'The neighbours of an item are in different lists',
  );
}
