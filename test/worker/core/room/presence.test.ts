import { describe, expect, it } from 'vitest';
import { encodeAwareness } from '../../../../protocol/awareness.ts';
import { limits } from '../../../../protocol/limits.ts';
import { type Client, World } from '../../../support/world.ts';

/** The names a client has on its screen. */
function namesSeenBy(client: Client): string[] {
  return [...client.others.values()].filter(({ state }) => state !== null)
    .map(({ state }) => JSON.parse(state!).name).sort();
}

function threePeople() {
  const world = new World();
  const [ann, bob, cid] = [world.client(), world.client(), world.client({ speaksEdgepad: false })];
  for (const [name, client] of Object.entries({ ann, bob, cid })) {
    client.connect().present({ name });
  }
  world.settle();
  return { world, ann, bob, cid };
}

describe('P5, presence is true', () => {
  it('[P5] everyone sees the others, and a newcomer sees all', () => {
    const { world, ann, bob } = threePeople();
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
    expect(namesSeenBy(bob)).toEqual(['ann', 'cid']);
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
  });

  it('[P5] it survives hibernation, also for those who come after it', () => {
    const { world } = threePeople();
    world.evict();
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
  });

  it('[P5] it ends with its connection, also when the close is what wakes the room', () => {
    const { world, ann, bob } = threePeople();
    world.evict();
    bob.cut();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'cid']);
  });

  it('[P5] waking sends nothing to anyone', () => {
    const { world, ann, bob, cid } = threePeople();
    const sent = [ann, bob, cid].map((client) => client.wire!.sent);
    world.evict();
    world.settle();
    expect([ann, bob, cid].map((client) => client.wire!.sent)).toEqual(sent);
  });

  it("[P5] nobody can move, forge or remove another's cursor", () => {
    const { world, ann, bob, cid } = threePeople();
    const mallory = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const forged = (clock: number, state: string | null) =>
      mallory.send({
        type: 'awareness',
        update: encodeAwareness([{ client: bob.id, clock, state }]),
      });
    forged(99, '{"name":"not bob"}');
    forged(100, null);
    // The same from a client that has an entry of its own:
    mallory.present({ name: 'mallory' });
    forged(101, '{"name":"not bob"}');
    forged(102, null);
    world.settle();
    for (const client of [ann, cid]) expect(namesSeenBy(client)).toContain('bob');
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid', 'mallory']);
    bob.present({ name: 'bob, moved' });
    world.settle();
    expect(namesSeenBy(ann)).toContain('bob, moved');
  });

  it('[P5] an echo of somebody who has left does not bring them back', () => {
    const { world, ann, bob } = threePeople();
    const echo = encodeAwareness([{ client: bob.id, clock: 1, state: '{"name":"bob"}' }]);
    bob.cut();
    world.settle();
    const dan = world.client({ speaksEdgepad: false }).connect();
    dan.send({ type: 'awareness', update: echo });
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
  });

  it('[P5] an echo that comes after a sleep, of somebody who left before it, is not believed', () => {
    const { world, ann, bob } = threePeople();
    const echo = encodeAwareness([{ client: bob.id, clock: 1, state: '{"name":"bob"}' }]);
    bob.cut();
    world.settle();
    world.evict();
    const dan = world.client({ speaksEdgepad: false }).connect();
    dan.send({ type: 'awareness', update: echo });
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
    dan.present({ name: 'dan' });
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid', 'dan']);
  });

  it('[P5] who withdraws and leaves at once is gone for everybody', () => {
    const { world, ann, cid } = threePeople();
    cid.present(null);
    cid.wire!.deliverToRoom(world);
    cid.cut();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['bob']);
  });

  it('[P5] a stock client that comes back with its old clock is told to raise it', () => {
    const { world, ann, cid } = threePeople();
    const entry = encodeAwareness([{ client: cid.id, clock: 1, state: '{"name":"cid"}' }]);
    cid.cut();
    world.settle();
    cid.connect().send({ type: 'awareness', update: entry });
    world.settle();
    // y-protocols answers the news of its own removal by raising its clock.
    expect(namesSeenBy(ann)).toContain('cid');
    expect(ann.others.get(cid.id)!.clock).toBeGreaterThan(2);
  });

  it('[P5] who gives no sign of life for long is gone, and is back when it was only slow', () => {
    const { world, ann, bob, cid } = threePeople();
    const slow = bob.wire!;
    const deliver = slow.deliverToClient;
    slow.deliverToClient = () => false;
    world.pass(limits.presenceTimeout + 1);
    // The others have pinged.
    ann.wire!.lastSeenAt = cid.wire!.lastSeenAt = world.now;
    world.room.sweep();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
    expect(namesSeenBy(cid)).toEqual(['ann', 'cid']);
    world.evict();
    slow.deliverToClient = deliver;
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
    world.room.sweep();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
  });

  it('[P4, P5] who moves is looked after once more; who only says the same again is not', () => {
    const world = new World();
    const ann = world.client().connect();
    world.client({ speaksEdgepad: false }).connect();
    ann.present({ name: 'ann' });
    world.settle();
    const asked = world.sweepsAsked;
    expect(asked).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) {
      ann.present({ name: 'ann' });
      world.settle();
    }
    expect(world.sweepsAsked).toBe(asked);
    ann.present({ name: 'ann', at: 1 });
    world.settle();
    expect(world.sweepsAsked).toBe(asked + 1);
  });

  it('[P5] one frame tells about all who moved', () => {
    const { world, ann, bob, cid } = threePeople();
    const dan = world.client().connect();
    world.settle();
    dan.wire!.sent = 0;
    ann.present({ name: 'ann', at: 1 });
    bob.present({ name: 'bob', at: 1 });
    cid.present({ name: 'cid', at: 1 });
    ann.present({ name: 'ann', at: 2 });
    world.settle();
    expect(dan.wire!.sent).toBe(1);
    expect(JSON.parse(dan.others.get(ann.id)!.state!).at).toBe(2);
  });

  it('[P5] a stock client hears its own renewal, and is told to whom it belongs still', () => {
    const { world, ann, cid } = threePeople();
    world.pass(15_000);
    const heard = cid.wire!.sent;
    const annHeard = ann.messages.length;
    cid.present({ name: 'cid' });
    world.settle();
    expect(cid.wire!.sent).toBeGreaterThan(heard);
    // Ours hear nothing of an unchanged state; they are asked to renew, for the stock client's sake.
    const news = ann.messages.slice(annHeard).map(({ type }) => type);
    expect(news.filter((type) => type === 'awareness')).toEqual([]);
  });

  it('[P8] a state over its limit closes its sender', () => {
    const { world } = threePeople();
    const mallory = world.client().connect();
    const { wire } = mallory;
    mallory.present({ name: 'x'.repeat(limits.awarenessStateBytes) });
    world.settle();
    expect(wire!.closeCode).toBe(1009);
  });
});
