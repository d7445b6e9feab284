import { describe, expect, it } from 'vitest';
import { Column, ItemTable } from '../../../../worker/core/update/items/item-table.ts';
import { Random } from '../../../support/random.ts';

/** Every row of every client, as clock and length. */
function rowsOf(table: ItemTable): unknown {
  return table.clients.map(({ client, rows, end }) => ({
    client,
    end,
    rows: rows.map((row) => [row, table.get(row, Column.clock), table.get(row, Column.length)]),
  }));
}

/** Adds, extends and splits rows of a few clients at random. */
function change(table: ItemTable, random: Random): void {
  for (let left = random.below(12); left >= 0; left--) {
    const index = table.indexOf(random.below(6));
    const { rows, end } = table.clients[index]!;
    if (rows.length === 0 || random.chance(0.4)) {
      table.mark(table.addItem(index, 1 + random.below(5)), Column.list, 0);
    } else if (random.chance(0.3)) {
      table.extend(index, 1 + random.below(5));
    } else if (random.chance(0.5)) {
      table.rowFrom(index, random.below(end));
    } else {
      table.rowUpTo(index, random.below(end));
    }
  }
}

describe('the item table', () => {
  it('[P8] reverts rows that were added, lengthened and split', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const table = new ItemTable();
      for (let step = 0; step < 10; step++) {
        table.begin();
        const before = rowsOf(table);
        change(table, random);
        if (random.chance(0.5)) continue;
        table.revert();
        expect(rowsOf(table), `seed ${seed}`).toEqual(before);
      }
    }
  });

  it('[P8] reverts one row of a long client without copying the others', () => {
    const table = new ItemTable();
    const index = table.indexOf(1);
    for (let i = 0; i < 1000; i++) table.addItem(index, 1);
    const { rows } = table.clients[index]!;
    table.begin();
    table.addItem(index, 1);
    table.revert();
    expect(table.clients[index]!.rows).toBe(rows);
    expect(rows).toHaveLength(1000);
  });
});
