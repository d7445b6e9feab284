import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { digestOf } from '../../../../protocol/digest.ts';
import { type Client, World } from '../../../support/world.ts';

/** The digest of a client's own document. */
const digestOfClient = ({ doc }: Client) => digestOf(Y.encodeSnapshot(Y.snapshot(doc)));

/** The digest that the service last sent to a client. */
function lastDigest({ messages }: Client): Uint8Array | undefined {
  const last = messages.findLast(({ type }) => type === 'digest');
  return last?.type === 'digest' ? last.digest : undefined;
}

describe('digest comparison', () => {
  it('[P7] sends the digest of the log after every pending update', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('first ').type('second ').type('third');
    ann.text.delete(2, 4);
    while (ann.connection!.deliverToRoom(world));
    // Some of it is still pending for Bob.
    bob.send({ type: 'compare' });
    world.settle();
    expect(lastDigest(bob)).toEqual(digestOfClient(bob));
    expect(bob.text.toString()).toBe(ann.text.toString());
    // A change that only Bob has makes a difference.
    bob.doc.transact(() => bob.text.insert(0, 'x'), 'unsent');
    expect(lastDigest(bob)).not.toEqual(digestOfClient(bob));
  });

  it('[P7] sends the same digest after a compaction, a hibernation and a crash', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 0; i < 40; i++) ann.type(`${i} `, 0);
    ann.text.delete(5, 30);
    world.settle();
    for (const change of [() => world.room.compact(), () => world.evict(), () => world.crash()]) {
      change();
      if (!ann.connection) ann.connect();
      ann.send({ type: 'compare' });
      world.settle();
      expect(lastDigest(ann)).toEqual(digestOfClient(ann));
    }
  });

  it('[P8] computes few digests for a client that writes and compares in turn', () => {
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
      world.connections.forEach((connection) => {
        while (connection.deliverToRoom(world));
      });
    }
    world.settle();
    const digests = ann.messages.filter(({ type }) => type === 'digest');
    expect(digests.length).toBeLessThan(10);
    expect(lastDigest(bob)).toBeDefined();
    for (const client of [ann, bob]) {
      client.send({ type: 'compare' });
      world.settle();
      expect(lastDigest(client)).toEqual(digestOfClient(client));
    }
  });

  it('[P7] a full exchange transfers a deletion that no update contains', () => {
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
    // Both write concurrently; the deletion arrives first.
    ann.connection!.deliverToRoom(world);
    world.settle();
    // Both documents delete Bob's text together with its line, without an update that says so.
    bob.send({ type: 'compare' });
    world.settle();
    expect(lastDigest(bob)).not.toEqual(digestOfClient(bob));
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
      expect(lastDigest(client)).toEqual(digestOfClient(client));
    }
  });
});
