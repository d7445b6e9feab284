import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { partBytes, splitFrame } from '../../../../protocol/message-parts.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../../protocol/messages.ts';
import { World } from '../../../support/world.ts';

describe('a long frame in parts', () => {
  function bigUpdate(bytes: number): Uint8Array {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(bytes));
    return encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) });
  }

  it('[P8] is reassembled in both directions', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    const parts = splitFrame(bigUpdate(1_500_000));
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts) ann.sendFrame(part);
    world.settle();
    expect(world.log.version).toBe(1);
    const bob = world.client().connect();
    const { connection } = bob;
    world.settle();
    expect(bob.text.length).toBe(1_500_000);
    expect(connection!.sent).toBeGreaterThan(5);
    expect(bob.messages.some(({ type }) => type === 'part')).toBe(true);
    // A stock client cannot reassemble parts.
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    expect(stock.text.length).toBe(1_500_000);
    expect(stock.messages.some(({ type }) => type === 'part')).toBe(false);
  });

  it('[P8] closes its sender when it is too long or contains parts', () => {
    const world = new World();
    const greedy = world.client().connect();
    const nested = world.client().connect();
    world.settle();
    const [greedyConnection, nestedConnection] = [greedy.connection!, nested.connection!];
    greedy.send({ type: 'part', total: limits.messageBytes + 1, bytes: new Uint8Array(1) });
    const inner = encodeMessage({ type: 'part', total: 9, bytes: new Uint8Array(1) });
    nested.send({ type: 'part', total: inner.length, bytes: inner });
    world.settle();
    expect(greedyConnection.closeCode).toBe(CloseCode.tooBig);
    expect(nestedConnection.closeCode).toBe(CloseCode.malformed);
  });

  it('[P8] closes its sender when the next part does not arrive in time', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    const { connection } = ann;
    ann.send({ type: 'part', total: 9, bytes: new Uint8Array(1) });
    while (connection!.deliverToRoom(world));
    world.pass(limits.partTimeout - 1);
    expect(connection!.closeCode).toBe(null);
    world.pass(10_000);
    expect(connection!.closeCode).toBe(CloseCode.tryAgainLater);
    world.settle();
  });

  it('[P8] keeps the room in memory until it is complete', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (const part of splitFrame(bigUpdate(600_000))) {
      ann.sendFrame(part);
      while (ann.connection!.deliverToRoom(world));
      if (world.log.version === 0) expect(world.timers).toBeGreaterThan(0);
      world.pass(20_000);
    }
    world.settle();
    expect(world.log.version).toBe(1);
    expect(world.timers).toBe(0);
  });

  it('[P8] shares one memory limit with all others', () => {
    const world = new World();
    const senders = Array.from({ length: 12 }, () => world.client().connect());
    world.settle();
    const connections = senders.map(({ connection }) => connection!);
    const bytes = new Uint8Array(partBytes);
    for (let part = 0; part < 31; part++) {
      senders.forEach((sender, i) => {
        sender.send({ type: 'part', total: limits.messageBytes, bytes });
        while (connections[i]!.deliverToRoom(world));
      });
      world.pass(100);
    }
    const open = connections.filter(({ closeCode }) => closeCode === null);
    expect(open.length * 31 * partBytes).toBeLessThanOrEqual(limits.pendingPartBytes);
    expect(connections.filter(({ closeCode }) => closeCode === CloseCode.tryAgainLater).length)
      .toBe(connections.length - open.length);
    // Idle clients are closed for an active one.
    world.pass(10_000);
    const ann = world.client().connect();
    while (ann.connection!.deliverToRoom(world));
    for (const part of splitFrame(bigUpdate(2_000_000))) ann.sendFrame(part);
    while (ann.connection?.deliverToRoom(world));
    world.pass(100);
    world.pass(1000);
    expect(world.log.version).toBe(1);
    world.settle();
  });
});

describe('the messages in a long frame', () => {
  it('[P8] count against the rate limit one by one', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('a');
    world.settle();
    const known: Message = { type: 'update', update: Y.encodeStateAsUpdate(ann.doc) };
    const frame = encodeMessages(Array<Message>(limits.messagesPerFrame).fill(known));
    const answered = () =>
      ann.messages.reduce((sum, one) => sum + (one.type === 'saved' ? one.count : 0), 0);
    const before = answered();
    for (let i = 0; i < 40; i++) ann.send({ type: 'part', total: frame.length, bytes: frame });
    while (ann.connection!.deliverToRoom(world));
    world.pass(limits.queueWindow);
    world.pass(limits.broadcastWindow);
    ann.connection!.deliverAll(world);
    // The full bucket, and one frame on credit.
    expect(answered() - before).toBeLessThanOrEqual(11 * limits.messagesPerFrame);
    world.settle();
    expect(answered() - before).toBe(40 * limits.messagesPerFrame);
  });
});
