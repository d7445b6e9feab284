import { xmlAttribute, xmlRoots } from '../document-structure.ts';
import type { NamedList } from './encode-item-table.ts';
import { Column, type ItemTable, noRow } from './item-table.ts';
import { SharedType } from '../update-reader.ts';

/** In the column `kind` of a row that is no item. */
const rootKind = 32;
const keyKind = 33;

interface NewList {
  readonly kind: number;
  readonly type: number;
  readonly depth: number;
}

/** The lists of an `ItemTable` that are no items: the roots, and the values of each key. */
export class NamedLists {
  readonly #table: ItemTable;
  readonly #rows = new Map<string, number>();
  #added: string[] = [];

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** The row of a root. `noRow` when it has no items. */
  findRoot(name: string): number {
    return this.#rows.get(rootName(name)) ?? noRow;
  }

  /** The row of a root, which is added when it is new. */
  root(name: string): number {
    const type = xmlRoots.includes(name) ? SharedType.xmlFragment : -1;
    return this.#getOrAdd(rootName(name), { kind: rootKind, type, depth: 0 });
  }

  /** The row of the values of a key in a type, which is added when it is new. */
  key(parent: number, key: string): number {
    const depth = this.#table.get(parent, Column.depth);
    const isElement = this.#table.get(parent, Column.type) === SharedType.xmlElement;
    const type = isElement ? xmlAttribute : -1;
    return this.#getOrAdd(keyName(parent, key), { kind: keyKind, type, depth });
  }

  *[Symbol.iterator](): Generator<NamedList> {
    for (const [id, row] of this.#rows) {
      const end = id.indexOf('/');
      const parent = id.startsWith(rootName('')) ? noRow : Number(id.slice(0, end));
      yield { parent, name: id.slice(end + 1), row };
    }
  }

  /** Adds lists whose rows are in the table. */
  restore(lists: Iterable<NamedList>): void {
    for (const { parent, name, row } of lists) {
      this.#rows.set(parent === noRow ? rootName(name) : keyName(parent, name), row);
    }
  }

  isKey(row: number): boolean {
    return this.#table.get(row, Column.kind) === keyKind;
  }

  begin(): void {
    this.#added = [];
  }

  /** Removes the lists that were added since {@link begin}. The table removes their rows. */
  revert(): void {
    for (const name of this.#added) this.#rows.delete(name);
    this.#added = [];
  }

  #getOrAdd(name: string, { kind, type, depth }: NewList): number {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const row = this.#table.add();
    this.#table.mark(row, Column.kind, kind);
    this.#table.mark(row, Column.type, type);
    this.#table.mark(row, Column.depth, depth);
    this.#rows.set(name, row);
    this.#added.push(name);
    return row;
  }
}

/** Distinct from the names of keys, which start with the number of a row. */
function rootName(name: string): string {
  return `root/${name}`;
}

function keyName(parent: number, key: string): string {
  return `${parent}/${key}`;
}
