import { describe, expect, it } from 'vitest';
import { storageRetryInterval } from '../../../../worker/core/room/storage-retry.ts';
import { StorageError } from '../../../../worker/core/sql.ts';
import { type Client, World } from '../../../support/world.ts';

/** Makes every write fail until it is called with false. */
function fill(world: World, isFull = true): void {
  const { sql } = world;
  const query = Object.getPrototypeOf(sql).query as typeof sql.query;
  sql.query = (statement, ...bindings) => {
    if (isFull && !/^\s*SELECT/i.test(statement)) throw new StorageError('disk is full');
    return query.call(sql, statement, ...bindings);
  };
}

/** Delivers frames, without waiting for a retry. */
function deliver(world: World): void {
  for (let round = 0; round < 20; round++) {
    for (const connection of world.connections) connection.deliverAll(world);
    world.pass(50);
  }
}

function reasons(client: Client): unknown[] {
  return client.messages.filter(({ type }) => type === 'unsaved');
}

function setUp() {
  const world = new World();
  const [ann, bob] = [world.client().connect(), world.client().connect()];
  ann.type('Before. ');
  world.settle();
  ann.present({ name: 'Ann' });
  world.settle();
  return { world, ann, bob };
}

describe('P7 a disk that cannot be written', () => {
  it('[P7] answers not-stored, keeps the connection, and stores the text once it can', () => {
    const { world, ann, bob } = setUp();
    fill(world);
    ann.type('Meanwhile. ');
    deliver(world);
    expect(reasons(ann)).toEqual([{ type: 'unsaved', reason: 'not-stored' }]);
    expect(ann.connection?.isOpen).toBe(true);
    expect(bob.text.toString()).toBe('Before. ');
    fill(world, false);
    world.settle();
    expect(bob.text.toString()).toBe('Before. Meanwhile. ');
    expect(world.stored().getText('content').toString()).toBe('Before. Meanwhile. ');
    expect(ann.unanswered).toBe(0);
    expect(world.failures).toEqual([]);
    expect(world.timers).toBe(0);
  });

  it('[P5] presence and joining go on', () => {
    const { world, ann, bob } = setUp();
    fill(world);
    ann.type('Meanwhile. ').present({ name: 'Anna' });
    deliver(world);
    expect(bob.others.get(ann.id)?.state).toContain('Anna');
    const cid = world.client().connect();
    deliver(world);
    expect(cid.text.toString()).toBe('Before. ');
    expect(cid.others.get(ann.id)?.state).toContain('Anna');
    expect(world.failures).toEqual([]);
  });

  it('[P8] [P9] closes a stock client with 1013, and takes its text when it returns', () => {
    const { world } = setUp();
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    fill(world);
    const { connection } = stock;
    stock.type('Stock. ');
    deliver(world);
    expect(connection?.closeCode).toBe(1013);
    expect(new TextEncoder().encode(connection?.closeReason).length).toBeLessThanOrEqual(123);
    fill(world, false);
    stock.disconnected();
    stock.connect();
    world.settle();
    expect(world.stored().getText('content').toString()).toContain('Stock. ');
  });

  it('[P8] asks one client at a time while it fails, and all at once when it is over', () => {
    const { world } = setUp();
    const clients = Array.from({ length: 20 }, () => world.client().connect());
    world.settle();
    fill(world);
    for (const [i, client] of clients.entries()) client.type(`${i}. `);
    deliver(world);
    const asked = () => clients.reduce((sum, client) => sum + reasons(client).length, 0);
    expect(asked()).toBe(20);
    for (let i = 1; i <= 30; i++) {
      world.pass(storageRetryInterval);
      deliver(world);
      expect(asked()).toBeLessThanOrEqual(20 + i);
    }
    expect(asked()).toBeGreaterThanOrEqual(20 + 25);
    fill(world, false);
    world.pass(storageRetryInterval);
    deliver(world);
    const text = world.stored().getText('content').toString();
    for (const i of clients.keys()) expect(text).toContain(`${i}. `);
  });

  it('[P8] forgets clients that have left, and goes on without them', () => {
    const { world, ann, bob } = setUp();
    fill(world);
    ann.type('Ann. ');
    bob.type('Bob. ');
    deliver(world);
    ann.cut();
    fill(world, false);
    world.settle();
    expect(world.stored().getText('content').toString()).toBe('Before. Bob. ');
    expect(world.timers).toBe(0);
  });
});
