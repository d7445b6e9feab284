import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { emptyUpdate } from '../../../../protocol/messages.ts';
import { type Client, World } from '../../../support/world.ts';
import { forge, gc, type Structs } from '../update/forge-updates.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

/** Delivers everything except the frames to one client, which does not read. */
function settleWithout(world: World, stalled: Client): void {
  const connection = stalled.connection!;
  const deliver = connection.deliverToClient;
  connection.deliverToClient = () => false;
  world.settle();
  connection.deliverToClient = deliver;
}

describe('clients that do not read', () => {
  it('[P8] are closed when they ask for a long state vector again and again', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    const structs = Array.from({ length: 30_000 }, (_, i): Structs => [1e9 - i, 0, [gc(1)]]);
    ann.send({ type: 'update', update: forge(structs) });
    world.settle();
    const slow = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const connection = slow.connection!;
    const gap = forge([[7, 5, [gc(1)]]]);
    for (let i = 0; i < 100 && connection.isOpen; i++) {
      slow.send({ type: 'update', update: gap });
      slow.send({ type: 'sync-step-2', update: emptyUpdate });
      settleWithout(world, slow);
    }
    expect(connection.closeCode).toBe(CloseCode.conflict);
    expect(connection.toClient).toHaveLength(limits.gapsInARow);
  });

  for (const speaksEdgepad of [true, false]) {
    const dialect = speaksEdgepad ? 'an edgepad.v1' : 'a stock';
    it(`[P8] first get no awareness, then are closed (${dialect} client)`, () => {
      const world = new World();
      const ann = world.client().connect();
      const slow = world.client({ speaksEdgepad }).connect();
      world.settle();
      const connection = slow.connection!;
      const sentBefore = connection.sent;
      const bytes = () => connection.toClient.reduce((sum, frame) => sum + frame.length, 0);
      const paste = 'x'.repeat(100_000);
      let awarenessLost = false;
      for (let i = 0; i < 40 && connection.isOpen; i++) {
        ann.type(paste);
        settleWithout(world, slow);
        const sent = connection.sent;
        ann.present({ at: i });
        settleWithout(world, slow);
        if (connection.isOpen && connection.sent === sent) awarenessLost = true;
        if (!awarenessLost) expect(bytes()).toBeLessThan(limits.unconfirmedBytesForPresence + 2e5);
      }
      expect(awarenessLost).toBe(true);
      expect(connection.closeCode).toBe(CloseCode.tryAgainLater);
      expect(connection.sent).toBeGreaterThan(sentBefore);
      expect(bytes()).toBeLessThan(limits.unconfirmedBytes + 2e5);
      // The others are not affected, and it reconnects for the rest.
      ann.type('!');
      world.settle();
      expect(ann.unanswered).toBe(0);
      slow.disconnected();
      slow.connect();
      world.settle();
      expect(textOf(slow)).toBe(textOf(ann));
    });

    it(`[P8] does not affect ${dialect} client that reads`, () => {
      const world = new World();
      const ann = world.client().connect();
      const bob = world.client({ speaksEdgepad }).connect();
      world.settle();
      for (let i = 0; i < 100; i++) {
        ann.type('x'.repeat(100_000));
        world.settle();
      }
      expect(bob.connection?.isOpen).toBe(true);
      expect(bob.text.length).toBe(10_000_000);
    });
  }

  it('[P8] are closed when they fake read receipts', () => {
    const world = new World();
    const ann = world.client().connect();
    const slow = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const { connection } = slow;
    for (let i = 0; i < 40 && connection!.isOpen; i++) {
      ann.type('x'.repeat(100_000));
      for (let j = 0; j < 5; j++) {
        slow.send({ type: 'sync-step-2', update: new Uint8Array([0, 0]) });
      }
      settleWithout(world, slow);
    }
    expect(connection!.closeCode).toBe(CloseCode.forbiddenContent);
    ann.type('!');
    world.settle();
    expect(ann.unanswered).toBe(0);
  });

  it('[P8] may take their time to read a long document they requested', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 6; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const bob = world.client().connect();
    settleWithout(world, bob);
    ann.type('meanwhile');
    settleWithout(world, bob);
    expect(bob.connection?.isOpen).toBe(true);
    world.settle();
    expect(textOf(bob)).toBe(textOf(ann));
  });
});

describe('unread answers of all clients together', () => {
  const MiB = 1024 * 1024;

  /** Joins, requests the document, and does not read the answer. */
  function stalledClient(world: World): Client {
    const client = world.client();
    client.connect().connection!.deliverToClient = () => false;
    client.connection!.deliverToRoom(world);
    return client;
  }

  /** A document of 5 MB, with so many unread answers that no further one fits. */
  function crowded(): { world: World; ann: Client; stalled: Client[] } {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(MiB));
    world.settle();
    const stalled: Client[] = [];
    for (let bytes = 0; bytes <= limits.unreadAnswerBytes; bytes += 5 * MiB) {
      stalled.push(stalledClient(world));
    }
    return { world, ann, stalled };
  }

  it('[P8] are bounded: a client that requests one more is closed', () => {
    const { world, ann, stalled } = crowded();
    expect(stalled.every(({ connection }) => connection!.isOpen)).toBe(true);
    const late = stalledClient(world);
    expect(late.connection?.closeCode ?? CloseCode.tryAgainLater).toBe(CloseCode.tryAgainLater);
    expect(world.connections.some(({ client }) => client === late)).toBe(false);
    // Connected clients are not affected.
    ann.type('!');
    world.pass(100);
    ann.connection!.deliverAll(world);
    expect(ann.unanswered).toBe(0);
    expect(stalled.every(({ connection }) => connection!.isOpen)).toBe(true);
  });

  it('[P8] are fewer when one client has read its answer', () => {
    const { world, ann, stalled: [slow] } = crowded();
    delete (slow!.connection as Partial<Client['connection'] & object>).deliverToClient;
    slow!.connection!.deliverAll(world);
    const late = world.client().connect();
    late.connection!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
  });

  it('[P8] are fewer when one client has left', () => {
    const { world, ann, stalled } = crowded();
    stalled[0]!.cut();
    const late = world.client().connect();
    late.connection!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
  });

  it('[P8] are dropped after a timeout when another client requests the document', () => {
    const { world, ann, stalled } = crowded();
    const connections = stalled.map(({ connection }) => connection!);
    world.pass(limits.unreadAnswerTimeout + 1);
    const late = world.client().connect();
    late.connection!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
    expect(new Set(connections.map(({ closeCode }) => closeCode))).toEqual(
      new Set([CloseCode.tryAgainLater]),
    );
    expect(ann.connection!.isOpen).toBe(true);
    const [back] = stalled;
    back!.disconnected();
    back!.connect();
    back!.connection!.deliverAll(world);
    expect(textOf(back!)).toBe(textOf(ann));
  });
});
