import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { digestOf } from '../../../../protocol/digest.ts';
import { splitFrame } from '../../../../protocol/message-parts.ts';
import { limits } from '../../../../protocol/limits.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../../protocol/messages.ts';
import { type Client, World } from '../../../support/world.ts';

/** The digest of what this client holds. */
const own = ({ doc }: Client) => digestOf(Y.encodeSnapshot(Y.snapshot(doc)));

/** What the service answered when it was last asked to compare. */
function lastDigest({ messages }: Client): Uint8Array | undefined {
  const last = messages.findLast(({ type }) => type === 'digest');
  return last?.type === 'digest' ? last.digest : undefined;
}

describe('[P7] comparing', () => {
  it('says whether both hold the same, and comes after everything that was to be sent', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('first ').type('second ').type('third');
    ann.text.delete(2, 4);
    while (ann.wire!.deliverToRoom(world));
    // Bob asks while some of it is still being gathered for him.
    bob.send({ type: 'compare' });
    world.settle();
    expect(lastDigest(bob)).toEqual(own(bob));
    expect(bob.text.toString()).toBe(ann.text.toString());
    // What Bob has and the service has not shows.
    bob.doc.transact(() => bob.text.insert(0, 'x'), 'unsent');
    expect(lastDigest(bob)).not.toEqual(own(bob));
  });

  it('the same after a compaction and after a wake', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 40; i++) ann.type(`${i} `, 0);
    ann.text.delete(5, 30);
    world.settle();
    for (const change of [() => world.room.compact(), () => world.evict(), () => world.crash()]) {
      change();
      if (!ann.wire) ann.connect();
      ann.send({ type: 'compare' });
      world.settle();
      expect(lastDigest(ann)).toEqual(own(ann));
    }
  });

  it('[P8] who writes and compares in turn has few digests made', () => {
    const world = new World();
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(20_000));
    doc.transact(() => {
      for (let at = 19_998; at >= 0; at -= 2) doc.getText('content').delete(at, 1);
    });
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    Y.applyUpdate(ann.doc, Y.encodeStateAsUpdate(doc));
    world.settle();
    for (let i = 0; i < 40; i++) {
      ann.type('a').send({ type: 'compare' });
      if (i === 30) bob.send({ type: 'compare' });
      world.wires.forEach((wire) => {
        while (wire.deliverToRoom(world));
      });
    }
    world.settle();
    const digests = ann.messages.filter(({ type }) => type === 'digest');
    expect(digests.length).toBeLessThan(10);
    expect(lastDigest(bob)).toBeDefined();
    for (const client of [ann, bob]) {
      client.send({ type: 'compare' });
      world.settle();
      expect(lastDigest(client)).toEqual(own(client));
    }
  });

  it('a deletion nobody named is agreed upon by one full exchange', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    const lines = ({ doc }: Client) => doc.getXmlFragment('lines');
    lines(ann).insert(0, [new Y.XmlElement('paragraph')]);
    (lines(ann).get(0) as Y.XmlElement).insert(0, [new Y.XmlText('line')]);
    world.settle();
    const text = (lines(bob).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.insert(4, ' and more');
    lines(ann).delete(0, 1);
    // Both write at once; the deletion comes first.
    ann.wire!.deliverToRoom(world);
    world.settle();
    // Each of them sees that Bob's words have fallen with their line; no update says so.
    bob.send({ type: 'compare' });
    world.settle();
    expect(lastDigest(bob)).not.toEqual(own(bob));
    bob.send({
      type: 'resume',
      epoch: '',
      version: 0,
      stateVector: Y.encodeStateVector(bob.doc),
      schema: 0,
    });
    world.settle();
    for (const client of [ann, bob]) {
      client.send({ type: 'compare' });
      world.settle();
      expect(lastDigest(client)).toEqual(own(client));
    }
  });
});

describe('[E6, P7] an editor older than the document', () => {
  it('may read, and is told that it may not write; who says no number may', () => {
    const world = new World();
    const old = world.client();
    const plain = world.client().connect();
    old.schema = 1;
    old.connect();
    world.settle();
    old.type('old');
    world.settle();
    const newer = world.client();
    newer.schema = 2;
    newer.connect();
    world.settle();
    newer.type('new ', 0);
    world.settle();
    const { version } = world.log;
    old.type('!');
    world.settle();
    expect(old.messages).toContainEqual({ type: 'unsaved', reason: 'outdated' });
    expect(world.log.version).toBe(version);
    plain.type('?');
    world.settle();
    expect(world.log.version).toBe(version + 1);
    // Also after a wake, and whoever comes is told at once.
    world.evict();
    const late = world.client();
    late.schema = 1;
    late.connect();
    world.settle();
    expect(late.messages[0]).toMatchObject({ type: 'welcome', schema: 2, role: 'edit' });
    late.type('no');
    world.settle();
    expect(late.messages).toContainEqual({ type: 'unsaved', reason: 'outdated' });
  });

  it('[P8] a number no editor has makes nobody read-only', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('ann');
    const hostile = world.client();
    hostile.schema = Number.MAX_SAFE_INTEGER;
    const { wire } = hostile.connect();
    hostile.type('hostile');
    world.settle();
    expect(wire!.closeCode).toBe(CloseCode.tryAgainLater);
    expect(world.log.schema).toBeLessThanOrEqual(world.newestSchema);
    const bob = world.client();
    bob.schema = world.newestSchema;
    bob.connect();
    world.settle();
    bob.type('bob');
    world.settle();
    expect(bob.messages).not.toContainEqual({ type: 'unsaved', reason: 'outdated' });
    expect(ann.text.toString()).toContain('bob');
  });
});

describe('[P7] a token', () => {
  it('that nobody needs ends no connection', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.send({ type: 'token', token: 'abc' }).type('and on');
    world.settle();
    expect(ann.wire?.closeCode).toBe(null);
    expect(world.stored().getText('content').toString()).toBe('and on');
  });
});

describe('[P8] a frame in parts', () => {
  function bigUpdate(bytes: number): Uint8Array {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(bytes));
    return encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) });
  }

  it('is one message once it is whole, both ways', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    const parts = splitFrame(bigUpdate(1_500_000));
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts) ann.sendFrame(part);
    world.settle();
    expect(world.log.version).toBe(1);
    const bob = world.client().connect();
    const { wire } = bob;
    world.settle();
    expect(bob.text.length).toBe(1_500_000);
    expect(wire!.sent).toBeGreaterThan(5);
    expect(bob.messages.some(({ type }) => type === 'part')).toBe(true);
    // A stock client could not put them together.
    const stock = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    expect(stock.text.length).toBe(1_500_000);
    expect(stock.messages.some(({ type }) => type === 'part')).toBe(false);
  });

  it('over the limit, or with parts inside, closes its sender', () => {
    const world = new World();
    const greedy = world.client().connect();
    const nested = world.client().connect();
    world.settle();
    const [greedyWire, nestedWire] = [greedy.wire!, nested.wire!];
    greedy.send({ type: 'part', total: limits.messageBytes + 1, bytes: new Uint8Array(1) });
    const inner = encodeMessage({ type: 'part', total: 9, bytes: new Uint8Array(1) });
    nested.send({ type: 'part', total: inner.length, bytes: inner });
    world.settle();
    expect(greedyWire.closeCode).toBe(CloseCode.tooBig);
    expect(nestedWire.closeCode).toBe(CloseCode.malformed);
  });

  it('that never becomes whole is given up, and its sender comes back', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    const { wire } = ann;
    ann.send({ type: 'part', total: 9, bytes: new Uint8Array(1) });
    while (wire!.deliverToRoom(world));
    world.pass(limits.partTimeout - 1);
    expect(wire!.closeCode).toBe(null);
    world.pass(10_000);
    expect(wire!.closeCode).toBe(CloseCode.tryAgainLater);
    world.settle();
  });

  it('keeps the room awake until it is whole, however slowly it comes', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (const part of splitFrame(bigUpdate(600_000))) {
      ann.sendFrame(part);
      while (ann.wire!.deliverToRoom(world));
      if (world.log.version === 0) expect(world.timers).toBeGreaterThan(0);
      world.pass(20_000);
    }
    world.settle();
    expect(world.log.version).toBe(1);
    expect(world.timers).toBe(0);
  });

  it('many of them hold no more memory together than a few', () => {
    const world = new World();
    const hoarders = Array.from({ length: 12 }, () => world.client().connect());
    world.settle();
    const wires = hoarders.map(({ wire }) => wire!);
    const bytes = new Uint8Array(limits.partBytes);
    for (let part = 0; part < 31; part++) {
      hoarders.forEach((hoarder, i) => {
        hoarder.send({ type: 'part', total: limits.messageBytes, bytes });
        while (wires[i]!.deliverToRoom(world));
      });
      world.pass(100);
    }
    const open = wires.filter(({ closeCode }) => closeCode === null);
    expect(open.length * 31 * limits.partBytes).toBeLessThanOrEqual(limits.pendingPartBytes);
    expect(wires.filter(({ closeCode }) => closeCode === CloseCode.tryAgainLater).length)
      .toBe(wires.length - open.length);
    // Who has stopped gives way to an honest one.
    world.pass(10_000);
    const ann = world.client().connect();
    while (ann.wire!.deliverToRoom(world));
    for (const part of splitFrame(bigUpdate(2_000_000))) ann.sendFrame(part);
    while (ann.wire?.deliverToRoom(world));
    world.pass(100);
    world.pass(1000);
    expect(world.log.version).toBe(1);
    world.settle();
  });
});

describe('[P8] parts', () => {
  it('cost what is in them, however many messages that is', () => {
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
    while (ann.wire!.deliverToRoom(world));
    world.pass(limits.queueWindow);
    world.pass(limits.broadcastWindow);
    ann.wire!.deliverAll(world);
    // What it had saved up, and what it was given on credit when that was gone.
    expect(answered() - before).toBeLessThanOrEqual(11 * limits.messagesPerFrame);
    world.settle();
    expect(answered() - before).toBe(40 * limits.messagesPerFrame);
  });
});
