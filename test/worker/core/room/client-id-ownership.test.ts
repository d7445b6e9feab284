import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { encodeAwareness } from '../../../../protocol/awareness.ts';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { Sessions } from '../../../../worker/core/room/session.ts';
import { type Client, World } from '../../../support/world.ts';
import { forge, item, text } from '../update/forge-updates.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

describe('client id ownership', () => {
  /** A forged update under the client id of another client. */
  function forgedUpdate(victim: Client): Uint8Array {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(victim.doc));
    doc.clientID = victim.id;
    const before = Y.encodeStateVector(doc);
    doc.getText('content').insert(0, 'forged');
    return Y.encodeStateAsUpdate(doc, before);
  }

  it('[P3] rejects new structs under the client id of another connected client', () => {
    const world = new World();
    const ann = world.client().connect();
    const hostile = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    ann.type('mine');
    world.settle();
    const { version } = world.log;
    const connection = hostile.connection!;
    for (let i = 0; i <= limits.gapsInARow; i++) {
      // As answers to probes: before it has answered one, its gaps are not counted.
      hostile.send({ type: 'sync-step-2', update: forgedUpdate(ann) });
      connection.deliverToRoom(world);
    }
    expect(world.log.version).toBe(version);
    expect(connection.closeCode).toBe(CloseCode.conflict);
    world.settle();
    // Ann answered the probe, so she is still connected and can still write.
    ann.type(' still');
    world.settle();
    expect(ann.unanswered).toBe(0);
    expect(world.stored().getText('content').toString()).toBe('mine still');
  });

  it('[P3] survives hibernation', () => {
    const world = new World();
    const ann = world.client().connect();
    const hostile = world.client().connect();
    world.settle();
    ann.type('mine');
    world.settle();
    world.evict();
    const { version } = world.log;
    hostile.send({ type: 'update', update: forgedUpdate(ann) });
    hostile.connection!.deliverToRoom(world);
    expect(world.log.version).toBe(version);
  });

  for (const speaksEdgepad of [true, false]) {
    it(
      `[P3] returns to a client that reconnects while its old connection seems open (${
        speaksEdgepad ? 'edgepad.v1' : 'stock'
      })`,
      () => {
        const world = new World();
        const bob = world.client().connect();
        const ann = world.client({ speaksEdgepad }).connect();
        ann.present({ name: 'ann' });
        world.settle();
        ann.type('before');
        world.settle();
        // The network vanishes without a close.
        const dead = ann.connection!;
        ann.disconnected();
        ann.type(' and after');
        ann.connect();
        // Frames to the dead connection are never read.
        dead.deliverToClient = () => false;
        for (let i = 0; i < 20 && textOf(bob) !== 'before and after'; i++) {
          world.settle();
          world.pass(1000);
          // A stock client that was closed reconnects by itself.
          if (!ann.connection) ann.connect();
        }
        expect(textOf(bob)).toBe('before and after');
        expect(dead.isOpen).toBe(false);
        expect(dead.closeCode).toBe(CloseCode.tryAgainLater);
      },
    );
  }

  /** From now on, `peer` applies what `author` writes, as over WebRTC, and so sends it to the service. */
  function mesh(author: Client, peer: Client): () => void {
    const relay = (update: Uint8Array) => Y.applyUpdate(peer.doc, update, 'mesh');
    author.doc.on('update', relay);
    return () => author.doc.off('update', relay);
  }

  for (const speaksEdgepad of [true, false]) {
    for (const isPresent of [true, false]) {
      const dialect = speaksEdgepad ? 'edgepad.v1' : 'stock';
      const presence = isPresent ? 'with' : 'without';
      it(`[P3 P9] a peer that relays does not own the author's id (${dialect}, ${presence} awareness)`, () => {
        const world = new World();
        const bob = world.client({ speaksEdgepad }).connect();
        if (isPresent) bob.present({ name: 'bob' });
        world.settle();
        const ann = world.client({ speaksEdgepad });
        const part = mesh(ann, bob);
        for (const letter of 'by mesh. ') {
          ann.type(letter);
          world.settle();
        }
        ann.connect().present({ name: 'ann' });
        world.settle();
        expect(bob.others.get(ann.id)?.state).toContain('ann');
        for (const letter of 'both ways. ') {
          ann.type(letter);
          world.pass(5);
        }
        part();
        ann.type('only her own way.');
        world.settle();
        expect(textOf(bob)).toBe('by mesh. both ways. only her own way.');
        expect([ann, bob].map(({ connection }) => connection?.isOpen)).toEqual([true, true]);
        bob.type(' Bob as well.');
        world.settle();
        expect(textOf(ann)).toBe('by mesh. both ways. only her own way. Bob as well.');
      });
    }
  }

  it('[P3 P9] a peer whose relayed text arrives first is not closed', () => {
    const world = new World();
    const [ann, bob] = [world.client().connect(), world.client().connect()];
    ann.present({ name: 'ann' });
    bob.present({ name: 'bob' });
    world.settle();
    mesh(ann, bob);
    for (let letter = 0; letter < 50; letter++) {
      ann.type('a');
      bob.connection!.deliverAll(world);
      bob.type('b', 0);
      bob.connection!.deliverAll(world);
      ann.connection!.deliverAll(world);
    }
    world.settle();
    expect([ann, bob].map(({ connection }) => connection?.isOpen)).toEqual([true, true]);
    expect(world.stored().getText('content').toString()).toBe(textOf(bob));
    expect(textOf(ann)).toBe('b'.repeat(50) + 'a'.repeat(50));
  });

  it('[P3 P8] a returning author whose id another client has taken learns it', () => {
    const world = new World();
    const [ann, hostile] = [world.client().connect(), world.client().connect()];
    world.settle();
    ann.type('before');
    world.settle();
    ann.cut();
    ann.type(' and after');
    const entry = { client: ann.id, clock: 99, state: '{}' };
    hostile.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    ann.connect();
    world.settle();
    const reasons = ann.messages.flatMap((message) =>
      message.type === 'unsaved' ? [message.reason] : []
    );
    expect(reasons.slice(0, 2)).toEqual(['gap', 'forked']);
    expect(world.stored().getText('content').toString()).toBe('before');
  });

  it('[P7 P9] a returning stock client whose id another client has taken is closed with a reason', () => {
    const world = new World();
    const ann = world.client({ speaksEdgepad: false }).connect();
    const hostile = world.client().connect();
    world.settle();
    ann.type('before');
    world.settle();
    ann.cut();
    ann.type(' and after');
    const entry = { client: ann.id, clock: 99, state: '{}' };
    hostile.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    const { connection } = ann.connect();
    world.settle();
    expect(connection).toMatchObject({ isOpen: false, closeCode: CloseCode.conflict });
    expect(connection?.closeReason).toContain('Copy your new text');
    expect(hostile.connection?.isOpen).toBe(true);
    expect(world.stored().getText('content').toString()).toBe('before');
  });

  it('[P8] walks over the sessions once for an update with any number of client ids', () => {
    const world = new World();
    const [ann] = Array.from({ length: 20 }, () => world.client().connect());
    world.settle();
    ann!.type('a');
    world.settle();
    const walks = vi.spyOn(Sessions.prototype, Symbol.iterator);
    const walksFor = (clients: number) => {
      walks.mockClear();
      const structs = Array.from(
        { length: clients },
        (_, i) => [10_000 * clients + i, 0, [item({ parent: 'chat' }, text('x'))]] as const,
      );
      ann!.send({ type: 'update', update: forge(structs.reverse()) });
      while (ann!.connection!.deliverToRoom(world));
      return walks.mock.calls.length;
    };
    expect(walksFor(200)).toBeLessThan(4);
    walks.mockRestore();
  });
});
