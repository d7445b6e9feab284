import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { workLimits } from '../../../../protocol/limits.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { permissionOf } from '../../../../worker/core/access/principal.ts';
import { RoomMemory } from '../../../../worker/core/room/room-memory.ts';
import { AddressWork } from '../../../../worker/core/work/address-work.ts';
import { World } from '../../../support/world.ts';

/** A document in a process whose other documents hold all of one kind of memory. */
function worldBeside(kind: 'queued' | 'unreadAnswers' | 'incoming' | 'sessions') {
  const process = RoomMemory.ofProcess();
  const other = RoomMemory.ofDocument(process);
  const world = new World(new AddressWork(), process);
  const ann = world.client().connect();
  world.settle();
  other[kind].add(process[kind].limit);
  return { world, ann, other };
}

const client = { permission: permissionOf('edit'), network: null };
const resume = {
  type: 'resume',
  epoch: '',
  version: 0,
  stateVector: new Uint8Array([0]),
  schema: 0,
} as const;

describe('memory that clients of a process hold', () => {
  it('[P8] refuses parts of long frames while other documents hold all of it', () => {
    const { world, ann, other } = worldBeside('incoming');
    ann.send({ type: 'part', total: 1000, bytes: new Uint8Array(500) });
    world.settle();
    expect(ann.connection).toBeNull();
    const bob = world.client().connect();
    bob.type('short');
    world.settle();
    expect(bob.unanswered).toBe(0);
    other.incoming.clear();
    bob.send({ type: 'part', total: 1000, bytes: new Uint8Array(500) });
    while (bob.connection!.deliverToRoom(world));
    expect(bob.connection!.isOpen).toBe(true);
  });

  it('[P8] refuses full answers while clients of other documents read none', () => {
    const { world, ann, other } = worldBeside('unreadAnswers');
    other.unreadAnswers.add(1);
    const { connection } = world.client().connect();
    world.settle();
    expect(connection!.closeCode).toBe(CloseCode.tryAgainLater);
    ann.type('goes on');
    world.settle();
    expect(ann.unanswered).toBe(0);
    other.unreadAnswers.clear();
    const cid = world.client().connect();
    world.settle();
    expect(cid.text.toString()).toBe('goes on');
  });

  it('[P8] closes the client with most queued messages, not those that send few', () => {
    const { world, ann, other } = worldBeside('queued');
    other.queued.add(1);
    const { connection } = world.client().connect();
    const frame = encodeMessage({ type: 'query-awareness' });
    for (let i = 0; i < 20 && connection!.isOpen; i++) world.room.receive(connection!, frame);
    expect(connection!.closeCode).toBe(CloseCode.tooMany);
    ann.type('goes on');
    world.settle();
    expect(ann.unanswered).toBe(0);
  });

  it('[P8] opens no session of an HTTP client, and keeps those for which little waits', () => {
    const { world, ann, other } = worldBeside('sessions');
    other.sessions.clear();
    expect(world.polled.exchange('bob', client, encodeMessage(resume)).close).toBeNull();
    other.sessions.add(RoomMemory.ofProcess().sessions.limit);
    expect(world.polled.exchange('cid', client, encodeMessage(resume)).close?.code)
      .toBe(CloseCode.tryAgainLater);
    ann.type('x');
    while (ann.connection!.deliverToRoom(world));
    world.pass(100);
    expect(world.polled.exchange('bob', client, new Uint8Array()).close).toBeNull();
    ann.type('x'.repeat(2 * workLimits.sessionOverhead));
    while (ann.connection!.deliverToRoom(world));
    world.pass(100);
    expect(world.polled.exchange('bob', client, new Uint8Array()).close?.code)
      .toBe(CloseCode.tryAgainLater);
  });

  it('[P8] counts what sessions hold until they end', () => {
    const process = RoomMemory.ofProcess();
    const world = new World(new AddressWork(), process);
    const ann = world.client().connect();
    world.settle();
    for (const id of ['bob', 'cid', 'dee']) {
      world.polled.exchange(id, client, encodeMessage(resume));
    }
    ann.type('x'.repeat(1000));
    while (ann.connection!.deliverToRoom(world));
    expect(process.sessions.bytes).toBeGreaterThan(3 * (workLimits.sessionOverhead + 1000));
    world.polled.exchange('bob', client, new Uint8Array());
    world.polled.end('cid', client.permission);
    expect(process.sessions.bytes).toBeLessThan(2 * workLimits.sessionOverhead + 2500);
    world.settle();
    expect(process.sessions.bytes).toBe(0);
    expect(process.unreadAnswers.bytes).toBe(0);
  });
});
