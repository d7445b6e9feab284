import { describe, expect, it } from 'vitest';
import { encodeAwareness } from '../../../../protocol/awareness.ts';
import { limits } from '../../../../protocol/limits.ts';
import { type Client, World } from '../../../support/world.ts';

/** The names of the other users that a client shows. */
function namesSeenBy(client: Client): string[] {
  return [...client.others.values()].filter(({ state }) => state !== null)
    .map(({ state }) => JSON.parse(state!).name).sort();
}

function threeClients() {
  const world = new World();
  const [ann, bob, cid] = [world.client(), world.client(), world.client({ speaksEdgepad: false })];
  for (const [name, client] of Object.entries({ ann, bob, cid })) {
    client.connect().present({ name });
  }
  world.settle();
  return { world, ann, bob, cid };
}

describe('presence', () => {
  it('[P5] sends every client the entries of the others, including a new one', () => {
    const { world, ann, bob } = threeClients();
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
    expect(namesSeenBy(bob)).toEqual(['ann', 'cid']);
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
  });

  it('[P5] survives hibernation, also for clients that connect later', () => {
    const { world } = threeClients();
    world.evict();
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'bob', 'cid']);
  });

  it('[P5] ends with its connection, also when the close wakes the room', () => {
    const { world, ann, bob } = threeClients();
    world.evict();
    bob.cut();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual(['ann', 'cid']);
  });

  it('[P4 P5] sends nothing on waking', () => {
    const { world, ann, bob, cid } = threeClients();
    const sent = [ann, bob, cid].map((client) => client.connection!.sent);
    world.evict();
    world.settle();
    expect([ann, bob, cid].map((client) => client.connection!.sent)).toEqual(sent);
  });

  it("[P5] ignores entries that move, forge or remove another client's cursor", () => {
    const { world, ann, bob, cid } = threeClients();
    const hostile = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const forged = (clock: number, state: string | null) =>
      hostile.send({
        type: 'awareness',
        update: encodeAwareness([{ client: bob.id, clock, state }]),
      });
    forged(99, '{"name":"not bob"}');
    forged(100, null);
    // The same from a client that has an entry of its own:
    hostile.present({ name: 'hostile' });
    forged(101, '{"name":"not bob"}');
    forged(102, null);
    world.settle();
    for (const client of [ann, cid]) expect(namesSeenBy(client)).toContain('bob');
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid', 'hostile']);
    bob.present({ name: 'bob, moved' });
    world.settle();
    expect(namesSeenBy(ann)).toContain('bob, moved');
  });

  it('[P5] ignores a repeated entry of a client that has left', () => {
    const { world, ann, bob } = threeClients();
    const echo = encodeAwareness([{ client: bob.id, clock: 1, state: '{"name":"bob"}' }]);
    bob.cut();
    world.settle();
    const dan = world.client({ speaksEdgepad: false }).connect();
    dan.send({ type: 'awareness', update: echo });
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
  });

  it('[P5] ignores a repeated entry of a client that left before a hibernation', () => {
    const { world, ann, bob } = threeClients();
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

  it('[P5] removes a client that withdraws its entry and leaves at once', () => {
    const { world, ann, cid } = threeClients();
    cid.present(null);
    cid.connection!.deliverToRoom(world);
    cid.cut();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['bob']);
  });

  it('[P5] lets a stock client with an old clock return with a higher one', () => {
    const { world, ann, cid } = threeClients();
    const entry = encodeAwareness([{ client: cid.id, clock: 1, state: '{"name":"cid"}' }]);
    cid.cut();
    world.settle();
    cid.connect().send({ type: 'awareness', update: entry });
    world.settle();
    // y-protocols answers its own removal by raising its clock.
    expect(namesSeenBy(ann)).toContain('cid');
    expect(ann.others.get(cid.id)!.clock).toBeGreaterThan(2);
  });

  it('[P5] removes a silent client, and shows it again if it was only slow', () => {
    const { world, ann, bob, cid } = threeClients();
    const slow = bob.connection!;
    const deliver = slow.deliverToClient;
    slow.deliverToClient = () => false;
    world.pass(limits.presenceTimeout + 1);
    // The others have pinged.
    ann.connection!.lastSeenAt = cid.connection!.lastSeenAt = world.now;
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

  it('[P4 P5] requests a sweep after a change, but not after a renewal', () => {
    const world = new World();
    const ann = world.client().connect();
    world.client({ speaksEdgepad: false }).connect();
    ann.present({ name: 'ann' });
    world.settle();
    const requested = world.sweepRequests;
    expect(requested).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) {
      ann.present({ name: 'ann' });
      world.settle();
    }
    expect(world.sweepRequests).toBe(requested);
    ann.present({ name: 'ann', at: 1 });
    world.settle();
    expect(world.sweepRequests).toBe(requested + 1);
  });

  it('[P5] sends the changes of several clients in one frame', () => {
    const { world, ann, bob, cid } = threeClients();
    const dan = world.client().connect();
    world.settle();
    dan.connection!.sent = 0;
    ann.present({ name: 'ann', at: 1 });
    bob.present({ name: 'bob', at: 1 });
    cid.present({ name: 'cid', at: 1 });
    ann.present({ name: 'ann', at: 2 });
    world.settle();
    expect(dan.connection!.sent).toBe(1);
    expect(JSON.parse(dan.others.get(ann.id)!.state!).at).toBe(2);
  });

  it('[P5 P9] sends a stock client its own renewal, and edgepad.v1 clients only changes', () => {
    const { world, ann, cid } = threeClients();
    world.pass(15_000);
    const sentBefore = cid.connection!.sent;
    const received = ann.messages.length;
    cid.present({ name: 'cid' });
    world.settle();
    expect(cid.connection!.sent).toBeGreaterThan(sentBefore);
    // Ann's client gets no unchanged state, but is asked to renew its own for the stock client.
    const news = ann.messages.slice(received).map(({ type }) => type);
    expect(news.filter((type) => type === 'awareness')).toEqual([]);
  });

  it('[P8] closes a client whose state is over the limit', () => {
    const { world } = threeClients();
    const hostile = world.client().connect();
    const { connection } = hostile;
    hostile.present({ name: 'x'.repeat(limits.awarenessStateBytes) });
    world.settle();
    expect(connection!.closeCode).toBe(1009);
  });
});
