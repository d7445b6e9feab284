import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../../protocol/limits.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../../protocol/messages.ts';
import { DocumentWork } from '../../../../worker/core/work/document-work.ts';
import { RateLimiter } from '../../../../worker/core/room/rate-limiter.ts';
import { type Client, World } from '../../../support/world.ts';
import { forge, gc, item, type Structs, text } from '../update/forge-updates.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

describe('a full document', () => {
  it('[P8] rejects new content, accepts deletions, and can be read', () => {
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
    const connection = stock.connection!;
    ann.type('x');
    stock.type('y');
    world.settle();
    expect(world.log.version).toBe(version);
    expect(ann.messages).toContainEqual({ type: 'unsaved', reason: 'full' });
    expect(connection.closeCode).toBe(CloseCode.documentFull);
    const reader = world.client().connect();
    world.settle();
    expect(textOf(reader)).toBe('ept');
  });

  it('[P8] over its soft limit accepts small updates only', () => {
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
  it('[P8] allow a burst, delay later messages, and recover in a pause', () => {
    const limiter = new RateLimiter(new DocumentWork({ monotonicNow: () => 0 }).accountOf(null));
    for (let i = 0; i < workLimits.messages.burst; i++) {
      expect(limiter.wait(0, 0)).toBe(0);
      limiter.charge(1, 0);
    }
    expect(limiter.wait(1, 0)).toBe(1000 / workLimits.messages.perSecond);
    for (let i = 0; i < 100; i++) limiter.charge(1, 0);
    expect(limiter.wait(0, 0)).toBe(100 * 1000 / workLimits.messages.perSecond);
    expect(limiter.wait(0, 60_000)).toBe(0);
    // One message may cost more than the bucket holds; those after it wait.
    limiter.charge(2 * workLimits.messages.burst, 60_000);
    expect(limiter.wait(0, 60_000)).toBeGreaterThan(0);
  });

  it('[P8] apply to each connection by itself', () => {
    const world = new World();
    const [busy, quiet] = [world.client().connect(), world.client().connect()];
    world.settle();
    const frame = encodeMessage({ type: 'query-awareness' });
    const busyConnection = busy.connection!;
    while (busyConnection.isOpen) world.room.receive(busyConnection, frame);
    quiet.type('a');
    while (quiet.connection!.deliverToRoom(world));
    expect(world.log.version).toBe(1);
  });

  it('[P8] close a client that requests a long document again at once', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const requester = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    const { connection } = requester;
    expect(connection!.isOpen).toBe(true);
    // The answer does not slow down what the client writes.
    requester.type('a');
    connection!.deliverToRoom(world);
    expect(world.stored().getText('content').toString()).toContain('a');
    requester.send({ type: 'sync-step-1', stateVector: new Uint8Array([0]) });
    connection!.deliverToRoom(world);
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
    ann.type('!');
    world.settle();
    expect(ann.unanswered).toBe(0);
  });

  it('[P8] answer one of the requests in a frame full of them', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 5; i++) ann.type('x'.repeat(1_000_000));
    world.settle();
    const { connection } = world.client({ speaksEdgepad: false }).connect();
    const question = [0, 0, 1, 0];
    // A sync step 2 claims that the answer was read.
    const answered = [0, 1, 2, 0, 0];
    world.room.receive(
      connection!,
      new Uint8Array(Array(32).fill([...question, ...answered]).flat(2)),
    );
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
    expect(connection!.toClient.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(
      6_000_000,
    );
  });

  it('[P8] close a client that never reads its answers, even if it rarely asks', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('x'.repeat(1_000_000));
    world.settle();
    const { connection } = world.client({ speaksEdgepad: false }).connect();
    for (let i = 0; i < 20 && connection!.isOpen; i++) {
      world.pass(60_000);
      world.room.receive(connection!, new Uint8Array([0, 0, 1, 0]));
    }
    expect(connection!.closeCode).toBe(CloseCode.tryAgainLater);
  });

  it('[P8] count each message of a frame', () => {
    const world = new World();
    const { connection } = world.client({ speaksEdgepad: false }).connect();
    const frame = new Uint8Array(limits.messagesPerFrame).fill(3);
    let frames = 0;
    while (connection!.isOpen && frames < 1000) {
      world.room.receive(connection!, frame);
      frames++;
    }
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
    const most = workLimits.messages.burst +
      workLimits.messages.perSecond * limits.maxQueueDelay / 1000;
    expect(frames * limits.messagesPerFrame).toBeLessThan(most + 2 * limits.messagesPerFrame);
  });

  it('[P8] delay a client whose updates take much work', () => {
    const world = new World();
    const restoring = world.client().connect();
    world.settle();
    const { version } = world.log;
    const { connection } = restoring;
    for (let i = 0; i < 10; i++) {
      const clients = Array.from(
        { length: 20_000 },
        (_, k): Structs => [20_000 * i + k, 0, [gc(1)]],
      );
      restoring.send({ type: 'update', update: forge(clients) });
    }
    while (connection!.deliverToRoom(world));
    // For their bytes alone, all of them could be handled at once.
    expect(world.log.version - version).toBeLessThanOrEqual(2);
  });

  it('[P8] close a client that floods before much is queued', () => {
    const world = new World();
    const flooder = world.client().connect();
    world.settle();
    const { connection } = flooder;
    let taken = 0;
    for (; connection!.isOpen; taken++) {
      flooder.send({ type: 'query-awareness' });
      connection!.deliverToRoom(world);
    }
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
    expect(taken).toBeGreaterThan(workLimits.messages.burst + workLimits.messages.perSecond);
    expect(taken).toBeLessThan(workLimits.messages.burst + 3 * workLimits.messages.perSecond);
  });

  for (const speaksEdgepad of [true, false]) {
    it(`[P8] keep the order and content of a long burst (${speaksEdgepad ? 'edgepad.v1' : 'stock'})`, () => {
      const world = new World();
      const ann = world.client().connect();
      const script = world.client({ speaksEdgepad }).connect();
      world.settle();
      const turns = world.log.version;
      for (let i = 0; i < 700; i++) script.type(`${i};`);
      while (script.connection!.deliverToRoom(world));
      // Most of it is queued and handled in batches.
      expect(world.log.version - turns).toBe(limits.immediateMessages);
      world.settle();
      world.pass(3000);
      world.settle();
      expect(script.connection!.isOpen).toBe(true);
      expect(textOf(ann)).toBe(textOf(script));
      expect(world.stored().getText('content').toString()).toBe(textOf(script));
    });

    it(`[P8] store queued updates when their sender leaves (${speaksEdgepad ? 'edgepad.v1' : 'stock'})`, () => {
      const world = new World();
      const script = world.client({ speaksEdgepad }).connect();
      world.settle();
      for (let i = 0; i < 700; i++) script.type(`${i};`);
      const { connection } = script;
      while (connection!.deliverToRoom(world));
      world.room.leave(connection!);
      expect(world.stored().getText('content').toString()).toBe(textOf(script));
    });
  }

  /** An update whose integration takes steps: many clients write where those of earlier ones have. */
  function expensiveUpdate(place: number): Uint8Array {
    const clients = Array.from({ length: 200 }, (_, i): Structs => [
      100_000 * (place + 1) - i,
      0,
      [item({ parent: 'content' }, text('x'))],
    ]);
    return forge(clients);
  }

  const expensive = Array.from(
    { length: 20 },
    (_, place): Message => ({ type: 'update', update: expensiveUpdate(place) }),
  );

  it('[P8] make expensive messages of one long frame wait, and store all', () => {
    const world = new World();
    const script = world.client().connect();
    world.settle();
    const bytes = encodeMessages(expensive);
    script.send({ type: 'part', total: bytes.length, bytes });
    while (script.connection!.deliverToRoom(world));
    expect(world.log.version).toBeGreaterThan(0);
    expect(world.log.version).toBeLessThan(expensive.length / 2);
    script.type('after');
    world.settle();
    expect(world.log.version).toBe(expensive.length + 1);
    expect(script.connection!.isOpen).toBe(true);
  });

  it('[P8] bound the work of a client that leaves', () => {
    const world = new World();
    const script = world.client().connect();
    world.settle();
    for (const message of expensive) script.send(message);
    const { connection } = script;
    while (connection!.deliverToRoom(world));
    world.room.leave(connection!);
    expect(world.log.version).toBeLessThan(expensive.length);
  });
});
