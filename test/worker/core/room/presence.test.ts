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

  it('[P5] shows a script that announces itself once, at any time, and answers it with nothing', () => {
    const { world, ann, cid } = threeClients();
    world.evict();
    const script = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    world.evict();
    const entry = { client: script.id, clock: 1, state: '{"name":"script"}' };
    script.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    expect(namesSeenBy(ann)).toContain('script');
    expect(script.others.get(script.id)?.state).not.toBe(null);
    // Stock clients drop an entry 30 s after its last renewal, and renew their own every 15 s.
    const clockBefore = cid.others.get(script.id)!.clock;
    world.pass(15_000);
    cid.present({ name: 'cid' });
    world.settle();
    expect(cid.others.get(script.id)!.clock).toBeGreaterThan(clockBefore);
    expect(script.others.get(script.id)!.clock).toBe(1);
    // Its next announcement counts, although the service has raised the clock meanwhile.
    const moved = { ...entry, clock: 2, state: '{"name":"script, moved"}' };
    script.send({ type: 'awareness', update: encodeAwareness([moved]) });
    world.settle();
    for (const client of [ann, cid]) expect(namesSeenBy(client)).toContain('script, moved');
  });

  it('[P5] shows a new client of y-protocols, whose first entry has clock 0', () => {
    const { world, ann } = threeClients();
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const entry = { client: stock.id, clock: 0, state: '{"name":"new"}' };
    stock.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    // y-protocols ignores an entry with clock 0.
    expect(ann.others.get(stock.id)!.clock).toBe(1);
    expect(stock.others.get(stock.id)!.clock).toBe(0);
  });

  it('[P5] keeps a script that never answers as long as it is connected', () => {
    const { world, ann } = threeClients();
    const script = world.client({ speaksEdgepad: false }).connect();
    script.connection!.deliverToClient = () => false;
    script.present({ name: 'script' });
    world.settle();
    world.pass(10 * limits.presenceTimeout);
    ann.connection!.lastSeenAt = world.now;
    world.room.sweep();
    world.pass(limits.presenceTimeout);
    ann.type('x');
    world.settle();
    expect(namesSeenBy(ann)).toContain('script');
    script.cut();
    world.settle();
    expect(namesSeenBy(ann)).not.toContain('script');
  });

  it('[P5] asks a silent stock client, and withdraws it only if it does not answer', () => {
    const { world, ann, bob, cid } = threeClients();
    bob.cut();
    world.settle();
    world.pass(limits.presenceTimeout + 1);
    world.evict();
    ann.connection!.lastSeenAt = world.now;
    world.room.sweep();
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['cid']);
    cid.connection!.deliverToClient = () => false;
    world.pass(limits.presenceTimeout + 1);
    ann.connection!.lastSeenAt = world.now;
    world.room.sweep();
    world.settle();
    expect(namesSeenBy(ann)).toEqual([]);
  });

  it('[P5] sends a new client only those that are alive', () => {
    const { world, ann } = threeClients();
    world.evict();
    world.pass(limits.presenceTimeout + 1);
    ann.connection!.lastSeenAt = world.now;
    const dan = world.client().connect();
    while (dan.connection!.deliverToClient());
    expect(namesSeenBy(dan)).toEqual(['ann', 'cid']);
  });

  it('[P5] withdraws a vanished client during activity that the room sleeps between', () => {
    const { world, ann, bob } = threeClients();
    bob.connection!.deliverToClient = () => false;
    for (let passed = 0; passed <= limits.presenceTimeout; passed += 20_000) {
      world.evict();
      world.pass(20_000);
      ann.type('x');
      world.settle();
    }
    expect(namesSeenBy(ann)).not.toContain('bob');
  });

  it('[P5] a connection that the service has closed stays closed after hibernation', () => {
    const { world, ann, bob } = threeClients();
    const { connection } = bob;
    world.room.closeAll(1013, '');
    // The client has vanished, so it does not answer the close. The platform lists it as open.
    connection!.isOpen = true;
    world.evict();
    const dan = world.client().connect();
    world.settle();
    expect(namesSeenBy(dan)).toEqual([]);
    const { sent } = connection!;
    bob.type('late');
    world.settle();
    expect(connection!.sent).toBe(sent);
    expect(ann.text.toString()).toBe('');
  });

  it('[P8] a clock at its limit disconnects only its sender', () => {
    const { world, ann, cid } = threeClients();
    const hostile = world.client({ speaksEdgepad: false }).connect();
    const { connection } = hostile;
    const send = (clock: number) => {
      const entry = { client: hostile.id, clock, state: '{"name":"hostile"}' };
      hostile.send({ type: 'awareness', update: encodeAwareness([entry]) });
      world.settle();
    };
    send(limits.ownAwarenessClock - 1);
    const seen = cid.others.get(hostile.id)!;
    send(limits.ownAwarenessClock);
    expect(connection!.closeCode).toBe(1007);
    // Stock clients repeat what they receive.
    cid.send({ type: 'awareness', update: encodeAwareness([seen, cid.others.get(hostile.id)!]) });
    world.settle();
    expect(cid.connection).not.toBe(null);
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
  });

  for (const speaksEdgepad of [true, false]) {
    const dialect = speaksEdgepad ? 'edgepad.v1' : 'stock';
    it(`[P5 P8] shows a client again whose id a member had with the highest clock (${dialect})`, () => {
      const { world, ann, cid } = threeClients();
      const dan = world.client({ speaksEdgepad }).connect().present({ name: 'dan' });
      world.settle();
      dan.cut();
      world.settle();
      const hostile = world.client({ speaksEdgepad: false }).connect();
      for (const clock of [1000, limits.ownAwarenessClock - 2, limits.ownAwarenessClock - 1]) {
        const entry = { client: dan.id, clock, state: '{"name":"hostile"}' };
        hostile.send({ type: 'awareness', update: encodeAwareness([entry]) });
        world.settle();
      }
      expect(namesSeenBy(ann)).toContain('hostile');
      hostile.cut();
      world.settle();
      dan.connect().present({ name: 'dan' });
      world.settle();
      expect(dan.connection).not.toBe(null);
      for (const client of [ann, cid]) expect(namesSeenBy(client)).toContain('dan');
    });
  }

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

  it('[P8 P9] leaves out the state of a stock client that is over the limit, and saves its text', () => {
    const { world, ann } = threeClients();
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    stock.present({ name: 'stock', avatar: 'x'.repeat(limits.awarenessStateBytes) });
    stock.type('saved');
    world.settle();
    expect(stock.connection).not.toBe(null);
    expect(ann.text.toString()).toBe('saved');
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid']);
    stock.present({ name: 'stock' });
    world.settle();
    expect(namesSeenBy(ann)).toEqual(['bob', 'cid', 'stock']);
  });

  it('[P8] closes a client whose state is over the limit', () => {
    const { world } = threeClients();
    const hostile = world.client().connect();
    const { connection } = hostile;
    hostile.present({ name: 'x'.repeat(limits.awarenessStateBytes) });
    world.settle();
    expect(connection!.closeCode).toBe(1009);
  });

  describe('of many clients', () => {
    const count = 40;

    function manyClients() {
      const world = new World();
      const clients = Array.from({ length: count }, () => world.client().connect());
      world.settle();
      return { world, clients };
    }

    /** The frames that wait for each client. */
    const framesTo = (clients: readonly Client[]) =>
      clients.map(({ connection }) => connection!.toClient);

    it('[P8] leaves in one frame that all of them share', () => {
      const { world, clients } = manyClients();
      for (const [i, client] of clients.entries()) {
        client.present({ name: `client ${i}` });
        client.connection!.deliverToRoom(world);
      }
      world.pass(limits.presenceWindow);
      expect(framesTo(clients).flat()).toHaveLength(count);
      expect(new Set(framesTo(clients).flat()).size).toBe(1);
    });

    it('[P8] is withdrawn in one frame for each', () => {
      const { world, clients } = manyClients();
      for (const client of clients) client.present({ name: 'silent' });
      world.settle();
      world.pass(limits.presenceTimeout + 1);
      world.room.sweep();
      for (const frames of framesTo(clients)) expect(frames).toHaveLength(1);
    });

    it('[P8] is answered with one frame when it repeats entries of clients that have left', () => {
      const { world, clients } = manyClients();
      for (const client of clients) client.present({ name: 'gone' });
      world.settle();
      for (const client of clients) client.cut();
      world.settle();
      const stock = world.client({ speaksEdgepad: false }).connect();
      world.settle();
      const entries = clients.map(({ id }) => ({ client: id, clock: 1, state: '{}' }));
      stock.send({ type: 'awareness', update: encodeAwareness(entries) });
      while (stock.connection!.deliverToRoom(world));
      expect(stock.connection!.toClient).toHaveLength(1);
    });
  });
});
