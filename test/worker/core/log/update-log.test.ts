import { describe, expect, it } from 'vitest';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { immediate } from '../../../support/inline-jobs.ts';
import { World } from '../../../support/world.ts';
import { forge, item, text } from '../update/forge-updates.ts';

describe('the update log', () => {
  it('[P3] quarantines and reports an invalid stored row, and loads the rest', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('kept');
    world.settle();
    // Invalid, as if an older version of the service had stored it.
    world.sql.query(
      'INSERT INTO updates (version, part, data) VALUES (2, 0, ?)',
      new Uint8Array([1, 1, 1, 0, 0, 0, 0]),
    );
    world.crash();
    ann.type(' and more');
    ann.connect();
    world.settle();
    expect(ann.unanswered).toBe(0);
    const reading = immediate(world.reader().read('txt', []));
    expect(reading.status === 'read' && reading.body.trim()).toBe('kept and more');
    const bob = world.client().connect();
    world.settle();
    expect(bob.text.toString()).toBe('kept and more');
    expect(world.reports).toEqual(['quarantined']);
    world.room.compact();
    expect(world.sql.query('SELECT version FROM updates')).toEqual([{ version: 2 }]);
    const { version } = world.log;
    world.crash();
    expect(world.log.version).toBe(version);
    const cid = world.client().connect();
    world.settle();
    expect(cid.text.toString()).toBe('kept and more');
    expect(world.reports).toEqual(['quarantined']);
  });

  it('[P8] is due for compaction when its tail takes many steps', () => {
    const world = new World();
    // Few bytes and rows. Yjs compares each item with all of lower client ids.
    let clients = 0;
    const store = (count: number) => {
      for (const end = clients + count; clients < end; clients += 100) {
        const first = clients;
        const items = Array.from(
          { length: 100 },
          (_, i) => [first + 100 - i, 0, [item({}, text('x'))]] as const,
        );
        const validated = validateUpdate(forge(items), world.log.state);
        if (validated.type === 'gap') throw new Error('Unexpected gap');
        world.log.append(world.log.admit(validated.update)!, validated.contents, null);
      }
    };
    store(1500);
    expect(world.log.compactionDueAt).toBe(Infinity);
    store(1000);
    expect(world.log.compactionDueAt).toBe(0);
    world.room.compact();
    expect(world.log.compactionDueAt).toBe(Infinity);
    world.crash();
    store(500);
    expect(world.log.compactionDueAt).toBe(Infinity);
    store(1000);
    expect(world.log.compactionDueAt).toBe(0);
  });

  it('[P2] answers with the stored bytes when the whole document is in the snapshot', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('kept');
    world.settle();
    world.room.compact();
    const reader = world.reader();
    expect(reader.state([])).toMatchObject({ status: 'read', update: world.log.snapshot() });
    // The tail is joined to it with the deleted text, as in the log.
    ann.type(' and lost');
    world.settle();
    ann.text.delete(4, 9);
    world.settle();
    const state = reader.state([]);
    const bytes = state.status === 'read' ? state.update : new Uint8Array();
    expect(new TextDecoder().decode(bytes)).toContain(' and lost');
  });

  it('[P3] builds the item index of a snapshot anew when it is missing or of another version', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('some words');
    world.settle();
    world.room.compact();
    const statements = [
      `UPDATE snapshot SET data = x'00' WHERE kind = 'items'`,
      `DELETE FROM snapshot WHERE kind = 'items'`,
    ];
    for (const statement of statements) {
      ann.type(' and more');
      world.settle();
      world.sql.query(statement);
      world.evict();
    }
    ann.type('.');
    world.settle();
    expect(ann.unanswered).toBe(0);
    expect(world.stored().getText('content').toString()).toBe('some words and more and more.');
  });
});
