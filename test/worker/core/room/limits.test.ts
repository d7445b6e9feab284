import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { RateLimiter } from '../../../../worker/core/room/rate-limiter.ts';
import { type Client, World } from '../../../support/world.ts';

const textOf = (client: Client) => client.text.toString();

/** Lets everything through but what is meant for this client: it does not read. */
function settleWithout(world: World, stalled: Client): void {
  const wire = stalled.wire!;
  const deliver = wire.deliverToClient;
  wire.deliverToClient = () => false;
  world.settle();
  wire.deliverToClient = deliver;
}

describe('P8, slow readers', () => {
  for (const speaksEdgepad of [true, false]) {
    const who = speaksEdgepad ? 'ours' : 'stock';
    it(`[P8] a ${who} client that does not read loses awareness, then its connection`, () => {
      const world = new World();
      const ann = world.client().connect();
      const slow = world.client({ speaksEdgepad }).connect();
      world.settle();
      const wire = slow.wire!;
      const sentBefore = wire.sent;
      const bytes = () => wire.toClient.reduce((sum, frame) => sum + frame.length, 0);
      const paste = 'x'.repeat(100_000);
      let awarenessLost = false;
      for (let i = 0; i < 40 && wire.isOpen; i++) {
        ann.type(paste);
        settleWithout(world, slow);
        const sent = wire.sent;
        ann.present({ at: i });
        settleWithout(world, slow);
        if (wire.isOpen && wire.sent === sent) awarenessLost = true;
        if (!awarenessLost) expect(bytes()).toBeLessThan(limits.unconfirmedBytesForPresence + 2e5);
      }
      expect(awarenessLost).toBe(true);
      expect(wire.closeCode).toBe(CloseCode.tryAgainLater);
      expect(wire.sent).toBeGreaterThan(sentBefore);
      expect(bytes()).toBeLessThan(limits.unconfirmedBytes + 2e5);
      // Nobody else noticed, and it comes back for the rest.
      ann.type('!');
      world.settle();
      expect(ann.unanswered).toBe(0);
      slow.disconnected();
      slow.connect();
      world.settle();
      expect(textOf(slow)).toBe(textOf(ann));
    });

    it(`[P8] a ${who} client that reads is never taken for one that does not`, () => {
      const world = new World();
      const ann = world.client().connect();
      const bob = world.client({ speaksEdgepad }).connect();
      world.settle();
      for (let i = 0; i < 100; i++) {
        ann.type('x'.repeat(100_000));
        world.settle();
      }
      expect(bob.wire?.isOpen).toBe(true);
      expect(bob.text.length).toBe(10_000_000);
    });
  }

  it('[P8] who answers blindly, to be taken for a reader, is found out', () => {
    const world = new World();
    const ann = world.client().connect();
    const slow = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const { wire } = slow;
    for (let i = 0; i < 40 && wire!.isOpen; i++) {
      ann.type('x'.repeat(100_000));
      for (let j = 0; j < 5; j++) {
        slow.send({ type: 'sync-step-2', update: new Uint8Array([0, 0]) });
      }
      settleWithout(world, slow);
    }
    expect(wire!.closeCode).toBe(CloseCode.forbiddenContent);
    ann.type('!');
    world.settle();
    expect(ann.unanswered).toBe(0);
  });

  it('[P8] who asks for a big document may take its time to read it', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 6; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const bob = world.client().connect();
    settleWithout(world, bob);
    ann.type('meanwhile');
    settleWithout(world, bob);
    expect(bob.wire?.isOpen).toBe(true);
    world.settle();
    expect(textOf(bob)).toBe(textOf(ann));
  });
});

describe('P8, answers of all clients of a document together', () => {
  const MiB = 1024 * 1024;

  /** Joins, asks, and reads none of the answer. */
  function deaf(world: World): Client {
    const client = world.client();
    client.connect().wire!.deliverToClient = () => false;
    client.wire!.deliverToRoom(world);
    return client;
  }

  /** A document of 5 MB, and so many who asked for it that no more can be answered. */
  function crowded(): { world: World; ann: Client; stalled: Client[] } {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(MiB));
    world.settle();
    const stalled: Client[] = [];
    for (let bytes = 0; bytes <= limits.unreadAnswerBytes; bytes += 5 * MiB) {
      stalled.push(deaf(world));
    }
    return { world, ann, stalled };
  }

  it('[P8] unread answers are bounded: who asks for one more is asked to come back', () => {
    const { world, ann, stalled } = crowded();
    expect(stalled.every(({ wire }) => wire!.isOpen)).toBe(true);
    const late = deaf(world);
    expect(late.wire?.closeCode ?? CloseCode.tryAgainLater).toBe(CloseCode.tryAgainLater);
    expect(world.wires.some(({ client }) => client === late)).toBe(false);
    // Those who are here notice nothing.
    ann.type('!');
    world.pass(100);
    ann.wire!.deliverAll(world);
    expect(ann.unanswered).toBe(0);
    expect(stalled.every(({ wire }) => wire!.isOpen)).toBe(true);
  });

  it('[P8] there is room again when one has read its answer', () => {
    const { world, ann, stalled: [slow] } = crowded();
    delete (slow!.wire as Partial<Client['wire'] & object>).deliverToClient;
    slow!.wire!.deliverAll(world);
    const late = world.client().connect();
    late.wire!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
  });

  it('[P8] there is room again when one has gone', () => {
    const { world, ann, stalled } = crowded();
    stalled[0]!.cut();
    const late = world.client().connect();
    late.wire!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
  });

  it('[P8] who has long left an answer unread makes room, and comes back for it', () => {
    const { world, ann, stalled } = crowded();
    const wires = stalled.map(({ wire }) => wire!);
    world.pass(limits.answerTimeout + 1);
    const late = world.client().connect();
    late.wire!.deliverAll(world);
    expect(textOf(late)).toBe(textOf(ann));
    expect(new Set(wires.map(({ closeCode }) => closeCode))).toEqual(
      new Set([CloseCode.tryAgainLater]),
    );
    expect(ann.wire!.isOpen).toBe(true);
    const [back] = stalled;
    back!.disconnected();
    back!.connect();
    back!.wire!.deliverAll(world);
    expect(textOf(back!)).toBe(textOf(ann));
  });
});

describe('P3, client ids belong to connections', () => {
  /** An update under somebody else's client id, as only a forger makes it. */
  function forgedUpdate(victim: Client): Uint8Array {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(victim.doc));
    doc.clientID = victim.id;
    const before = Y.encodeStateVector(doc);
    doc.getText('content').insert(0, 'forged');
    return Y.encodeStateAsUpdate(doc, before);
  }

  it('[P3] nobody writes under the id of somebody who is here', () => {
    const world = new World();
    const ann = world.client().connect();
    const mallory = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    ann.type('mine');
    world.settle();
    const { version } = world.log;
    const wire = mallory.wire!;
    for (let i = 0; i <= limits.gapsInARow; i++) {
      // As answers to what it was asked for: while it has not answered, it is only not heard.
      mallory.send({ type: 'sync-step-2', update: forgedUpdate(ann) });
      wire.deliverToRoom(world);
    }
    expect(world.log.version).toBe(version);
    expect(wire.closeCode).toBe(CloseCode.forbiddenContent);
    world.settle();
    // Ann, who answered when she was asked, is still here and can still write.
    ann.type(' still');
    world.settle();
    expect(ann.unanswered).toBe(0);
    expect(world.stored().getText('content').toString()).toBe('mine still');
  });

  it('[P3] it stays so after hibernation', () => {
    const world = new World();
    const ann = world.client().connect();
    const mallory = world.client().connect();
    world.settle();
    ann.type('mine');
    world.settle();
    world.evict();
    const { version } = world.log;
    mallory.send({ type: 'update', update: forgedUpdate(ann) });
    mallory.wire!.deliverToRoom(world);
    expect(world.log.version).toBe(version);
  });

  for (const speaksEdgepad of [true, false]) {
    it(
      `[P3] who comes back while the old connection seems open gets its id back (${
        speaksEdgepad ? 'ours' : 'stock'
      })`,
      () => {
        const world = new World();
        const bob = world.client().connect();
        const ann = world.client({ speaksEdgepad }).connect();
        ann.present({ name: 'ann' });
        world.settle();
        ann.type('before');
        world.settle();
        // The network goes; nobody tells the service.
        const dead = ann.wire!;
        ann.disconnected();
        ann.type(' and after');
        ann.connect();
        // What is sent to the dead connection is never read.
        dead.deliverToClient = () => false;
        for (let i = 0; i < 20 && textOf(bob) !== 'before and after'; i++) {
          world.settle();
          world.pass(1000);
          // A stock client that was closed comes back by itself.
          if (!ann.wire) ann.connect();
        }
        expect(textOf(bob)).toBe('before and after');
        expect(dead.isOpen).toBe(false);
        expect(dead.closeCode).toBe(CloseCode.tryAgainLater);
      },
    );
  }
});

describe('P8, a full document', () => {
  it('[P8] refuses what is new, takes deletions, and is read as before', () => {
    const world = new World();
    const ann = world.client().connect();
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    ann.type('kept');
    world.settle();
    Object.defineProperty(world.log, 'bytes', { get: () => limits.documentBytesHard + 1 });
    ann.text.delete(0, 1);
    world.settle();
    expect(ann.unanswered).toBe(0);
    expect(textOf(stock)).toBe('ept');
    const { version } = world.log;
    const wire = stock.wire!;
    ann.type('x');
    stock.type('y');
    world.settle();
    expect(world.log.version).toBe(version);
    expect(ann.messages).toContainEqual({ type: 'unsaved', reason: 'full' });
    expect(wire.closeCode).toBe(CloseCode.documentFull);
    const reader = world.client().connect();
    world.settle();
    expect(textOf(reader)).toBe('ept');
  });

  it('[P8] over the soft limit typing goes on and pasting does not', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    Object.defineProperty(world.log, 'bytes', { get: () => limits.documentBytesSoft + 1 });
    ann.type('a');
    world.settle();
    expect(world.log.version).toBe(1);
    ann.type('x'.repeat(limits.smallUpdateBytes + 1));
    world.settle();
    expect(world.log.version).toBe(1);
  });
});

describe('rate limits', () => {
  it('[P8] a burst is free, later messages wait, and a pause refills the bucket', () => {
    const limiter = new RateLimiter();
    for (let i = 0; i < limits.messageBurst; i++) {
      expect(limiter.wait(0, 0)).toBe(0);
      limiter.spend(0, 0);
    }
    expect(limiter.wait(1, 0)).toBe(1000 / limits.messagesPerSecond);
    for (let i = 0; i < 100; i++) limiter.spend(0, 0);
    expect(limiter.wait(0, 0)).toBe(100 * 1000 / limits.messagesPerSecond);
    expect(limiter.wait(0, 60_000)).toBe(0);
    // One message may cost more than the bucket holds; those after it wait.
    limiter.spend(2 * limits.messageBurst * limits.messageCostBytes, 60_000);
    expect(limiter.wait(0, 60_000)).toBeGreaterThan(0);
  });

  it('[P8] each connection has a rate limit of its own', () => {
    const world = new World();
    const [busy, quiet] = [world.client().connect(), world.client().connect()];
    world.settle();
    const frame = encodeMessage({ type: 'query-awareness' });
    const busyWire = busy.wire!;
    while (busyWire.isOpen) world.room.receive(busyWire, frame);
    quiet.type('a');
    while (quiet.wire!.deliverToRoom(world));
    expect(world.log.version).toBe(1);
  });

  it('[P8] who asks for a big document again at once is told to come back; others are not', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const greedy = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const { wire } = greedy;
    expect(wire!.isOpen).toBe(true);
    // What it was given does not slow down what it writes.
    greedy.type('a');
    wire!.deliverToRoom(world);
    expect(world.stored().getText('content').toString()).toContain('a');
    greedy.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) });
    wire!.deliverToRoom(world);
    expect(wire!.closeCode).toBe(CloseCode.tooMany);
    ann.type('!');
    world.settle();
    expect(ann.unanswered).toBe(0);
  });

  it('[P8] one frame full of questions gets one answer', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const { wire } = world.client({ speaksEdgepad: false }).connect();
    const question = [0, 0, 1, 0];
    // A blind sync step 2 says "read" of what was never read.
    const answered = [0, 1, 2, 0, 0];
    world.room.receive(wire!, new Uint8Array(Array(32).fill([...question, ...answered]).flat(2)));
    expect(wire!.closeCode).toBe(CloseCode.tooMany);
    expect(wire!.toClient.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(6_000_000);
  });

  it('[P8] who never reads its answers gets no more of them, however slowly it asks', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('x'.repeat(1_000_000));
    world.settle();
    const { wire } = world.client({ speaksEdgepad: false }).connect();
    for (let i = 0; i < 20 && wire!.isOpen; i++) {
      world.pass(60_000);
      world.room.receive(wire!, new Uint8Array([0, 0, 1, 0]));
    }
    expect(wire!.closeCode).toBe(CloseCode.tryAgainLater);
  });

  it('[P8] a frame is charged for each message in it', () => {
    const world = new World();
    const { wire } = world.client({ speaksEdgepad: false }).connect();
    const frame = new Uint8Array(limits.messagesPerFrame).fill(3);
    let frames = 0;
    while (wire!.isOpen && frames < 1000) {
      world.room.receive(wire!, frame);
      frames++;
    }
    expect(wire!.closeCode).toBe(CloseCode.tooMany);
    const most = limits.messageBurst + limits.messagesPerSecond * limits.maxQueueDelay / 1000;
    expect(frames * limits.messagesPerFrame).toBeLessThan(most + 2 * limits.messagesPerFrame);
  });

  it('[P8] a flood is closed before much of it waits', () => {
    const world = new World();
    const mallory = world.client().connect();
    world.settle();
    const { wire } = mallory;
    let taken = 0;
    for (; wire!.isOpen; taken++) {
      mallory.send({ type: 'query-awareness' });
      wire!.deliverToRoom(world);
    }
    expect(wire!.closeCode).toBe(CloseCode.tooMany);
    expect(taken).toBeGreaterThan(limits.messageBurst + limits.messagesPerSecond);
    expect(taken).toBeLessThan(limits.messageBurst + 3 * limits.messagesPerSecond);
  });

  for (const speaksEdgepad of [true, false]) {
    it(`[P8] of an honest burst nothing is lost or mixed up (${speaksEdgepad ? 'ours' : 'stock'})`, () => {
      const world = new World();
      const ann = world.client().connect();
      const script = world.client({ speaksEdgepad }).connect();
      world.settle();
      const turns = world.log.version;
      for (let i = 0; i < 700; i++) script.type(`${i};`);
      while (script.wire!.deliverToRoom(world));
      // Most of it waits, and is handled together.
      expect(world.log.version - turns).toBe(limits.immediateMessages);
      world.settle();
      world.pass(3000);
      world.settle();
      expect(script.wire!.isOpen).toBe(true);
      expect(textOf(ann)).toBe(textOf(script));
      expect(world.stored().getText('content').toString()).toBe(textOf(script));
    });

    it(`[P8] what was sent before a close is kept, also what had to wait (${speaksEdgepad ? 'ours' : 'stock'})`, () => {
      const world = new World();
      const script = world.client({ speaksEdgepad }).connect();
      world.settle();
      for (let i = 0; i < 700; i++) script.type(`${i};`);
      const { wire } = script;
      while (wire!.deliverToRoom(world));
      world.room.leave(wire!);
      expect(world.stored().getText('content').toString()).toBe(textOf(script));
    });
  }
});
