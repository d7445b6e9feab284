import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { Reader } from '../../../../worker/core/render/reader.ts';
import { type Client, World } from '../../../support/world.ts';

/** How deep the types of a document are nested. */
function depthOf(doc: Y.Doc): number {
  let deepest = 0;
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (!(struct instanceof Y.Item) || struct.deleted) continue;
      if (!(struct.content instanceof Y.ContentType)) continue;
      let depth = 0;
      for (let at = struct.content.type.parent; at; at = at.parent) depth++;
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest;
}

/** One level more with each update, so that no single one is deep. */
function nestOneByOne(world: World, client: Client, levels: number): void {
  let inner: Y.XmlFragment | Y.XmlElement = client.doc.getXmlFragment('lines');
  for (let level = 0; level < levels; level++) {
    const child = new Y.XmlElement('blockquote');
    inner.insert(0, [child]);
    inner = child;
    world.settle();
  }
}

describe('P3, a document is never bricked by what it holds', () => {
  it('[P3] types nested too deep over many updates are deleted, for everybody', () => {
    const world = new World();
    const mallory = world.client().connect();
    const ann = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    ann.doc.getXmlFragment('lines').insert(0, [new Y.XmlElement('paragraph')]);
    world.settle();
    nestOneByOne(world, mallory, 3 * limits.typeDepth);
    expect(depthOf(ann.doc)).toBeGreaterThan(2 * limits.typeDepth);
    const { version } = world.log;
    world.room.compact();
    world.settle();
    expect(world.log.version).toBe(version + 1);
    for (const doc of [ann.doc, mallory.doc, world.stored()]) {
      expect(depthOf(doc)).toBe(limits.typeDepth);
    }
    // Nothing is left to do, and the document goes on.
    expect(world.log.compact()).toBeNull();
    ann.type('still here');
    world.settle();
    world.room.compact();
    world.settle();
    expect(world.log.version).toBe(version + 2);
    expect(mallory.text.toString()).toBe('still here');
  });

  it('[P3] values among the elements are deleted; attributes and text stay', () => {
    const world = new World();
    const mallory = world.client().connect();
    const ann = world.client().connect();
    world.settle();
    const lines = ann.doc.getXmlFragment('lines');
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.setAttribute('kind', 'h1');
    paragraph.insert(0, [new Y.XmlText('title')]);
    lines.insert(0, [paragraph]);
    world.settle();
    const hostile = mallory.doc.getArray('lines');
    hostile.insert(0, [null]);
    hostile.insert(0, [new Y.Map([['a', 1]])]);
    world.settle();
    world.room.compact();
    world.settle();
    const newcomer = world.client().connect();
    world.settle();
    const seen = newcomer.doc.getXmlFragment('lines');
    expect(seen.toString()).toBe('<paragraph kind="h1">title</paragraph>');
  });

  it('[P3] a poisoned row from elsewhere stays as log, is reported, and the rest goes on', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('kept');
    world.settle();
    // Never let in by the check: as if an older version had stored it.
    world.sql.query(
      'INSERT INTO updates (version, part, data) VALUES (2, 0, ?)',
      new Uint8Array([1, 1, 1, 0, 0, 0, 0]),
    );
    world.crash();
    ann.type(' and more');
    ann.connect();
    world.settle();
    expect(ann.unanswered).toBe(0);
    const reading = new Reader(world.log, { monotonicNow: () => world.now }).read('txt', []);
    expect(reading.status === 'read' && reading.body.trim()).toBe('kept and more');
    const bob = world.client().connect();
    world.settle();
    expect(bob.text.toString()).toBe('kept and more');
    expect(world.reports).toEqual(['quarantined']);
    world.room.compact();
    expect(world.sql.query('SELECT version FROM updates')).toEqual([{ version: 2 }]);
    const { version } = world.log;
    world.crash();
    expect(world.log.version).toBe(version);
    const cid = world.client().connect();
    world.settle();
    expect(cid.text.toString()).toBe('kept and more');
    expect(world.reports).toEqual(['quarantined']);
  });
});
