import { describe, expect, it } from 'vitest';
import { limits } from '../../../../protocol/limits.ts';
import { type Client, World } from '../../../support/world.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

describe('broadcast', () => {
  it('does not send an update to its author', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    for (const client of [ann, bob]) client.messages.length = 0;
    ann.type('a');
    bob.type('b');
    world.settle();
    for (const client of [ann, bob]) {
      expect(client.messages.filter((message) => message.type === 'update')).toHaveLength(1);
    }
  });

  it('sends the first update of a burst at once and the rest in one frame', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    const cid = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    world.pass(1000);
    for (const client of [bob, cid]) client.connection!.sent = 0;
    ann.type('a');
    ann.connection!.deliverToRoom(world);
    expect(bob.connection!.sent).toBe(1);
    for (const letter of 'bcdefgh') ann.type(letter);
    while (ann.connection!.deliverToRoom(world));
    expect(bob.connection!.sent).toBe(1);
    world.settle();
    expect([bob.connection!.sent, cid.connection!.sent]).toEqual([2, 2]);
    expect([textOf(bob), textOf(cid)]).toEqual(['abcdefgh', 'abcdefgh']);
    expect(ann.unanswered).toBe(0);
  });

  for (const isEvicted of [false, true]) {
    const when = isEvicted ? ', also after a hibernation' : '';
    it(`[P7] sends no update to a client before its resume${when}`, () => {
      const world = new World();
      const ann = world.client().connect();
      world.settle();
      const bob = world.client().connect();
      if (isEvicted) world.evict();
      ann.type('a');
      ann.connection!.deliverToRoom(world);
      world.pass(1000);
      expect(bob.connection!.sent).toBe(0);
      world.settle();
      ann.type('b');
      world.settle();
      expect([textOf(ann), textOf(bob)]).toEqual(['ab', 'ab']);
    });
  }

  it('stores an update longer than a row in parts under one version', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('x'.repeat(3 * limits.rowBytes));
    world.settle();
    expect(world.log.version).toBe(1);
    expect(world.sql.query('SELECT part FROM updates')).toHaveLength(4);
    world.evict();
    const bob = world.client().connect();
    world.settle();
    expect(bob.text.length).toBe(3 * limits.rowBytes);
    world.room.compact();
    const cid = world.client().connect();
    world.settle();
    expect(cid.text.length).toBe(3 * limits.rowBytes);
  });
});
