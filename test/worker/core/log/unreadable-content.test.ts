import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { type Client, World } from '../../../support/world.ts';

/** The maximum depth of types inside types. */
function depthOf(doc: Y.Doc): number {
  let max = 0;
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (!(struct instanceof Y.Item) || struct.deleted) continue;
      if (!(struct.content instanceof Y.ContentType)) continue;
      let depth = 0;
      for (let at = struct.content.type.parent; at; at = at.parent) depth++;
      max = Math.max(max, depth);
    }
  }
  return max;
}

/** Nests one more level with each update, so that no single update is deep. */
function nestOneByOne(world: World, client: Client, levels: number): void {
  let inner: Y.XmlFragment | Y.XmlElement = client.doc.getXmlFragment('lines');
  for (let level = 0; level < levels; level++) {
    const child = new Y.XmlElement('blockquote');
    inner.insert(0, [child]);
    inner = child;
    world.settle();
  }
}

describe('unreadable content', () => {
  it('[P3] compaction deletes types nested too deeply over many updates, for all clients', () => {
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
    // Nothing is left to delete, and the document can be edited.
    expect(world.log.compact()).toBeNull();
    ann.type('still here');
    world.settle();
    world.room.compact();
    world.settle();
    expect(world.log.version).toBe(version + 2);
    expect(mallory.text.toString()).toBe('still here');
  });

  it('[P3] compaction deletes values among XML elements, but no attributes and no text', () => {
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
});
