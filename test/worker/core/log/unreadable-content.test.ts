import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { World } from '../../../support/world.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';

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

/** Stores updates that the service rejects today, as if an older version had accepted them. */
function store(world: World, ...updates: readonly Uint8Array[]): void {
  for (const update of updates) {
    world.log.append(update, readContents(update, world.log.state), null);
  }
}

/** Nests one more level with each update, so that no single update is deep. */
function nestOneByOne(levels: number): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  let inner: Y.XmlFragment | Y.XmlElement = doc.getXmlFragment('lines');
  for (let level = 0; level < levels; level++) {
    const child = new Y.XmlElement('blockquote');
    inner.insert(0, [child]);
    inner = child;
  }
  return updates;
}

describe('unreadable content', () => {
  it('[P3] compaction deletes types nested too deeply over many updates, for all clients', () => {
    const world = new World();
    store(world, ...nestOneByOne(3 * limits.typeDepth));
    const bob = world.client().connect();
    const ann = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    ann.doc.getXmlFragment('lines').insert(0, [new Y.XmlElement('paragraph')]);
    world.settle();
    expect(depthOf(ann.doc)).toBeGreaterThan(2 * limits.typeDepth);
    const { version } = world.log;
    world.room.compact();
    world.settle();
    expect(world.log.version).toBe(version + 1);
    for (const doc of [ann.doc, bob.doc, world.stored()]) {
      expect(depthOf(doc)).toBe(limits.typeDepth);
    }
    // Nothing is left to delete, and the document can be edited.
    world.room.compact();
    expect(world.log.version).toBe(version + 1);
    ann.type('still here');
    world.settle();
    world.room.compact();
    world.settle();
    expect(world.log.version).toBe(version + 2);
    expect(bob.text.toString()).toBe('still here');
  });

  it('[P3] compaction deletes values among XML elements, but no attributes and no text', () => {
    const world = new World();
    const hostile = new Y.Doc();
    hostile.getArray('lines').insert(0, [null]);
    hostile.getArray('lines').insert(0, [new Y.Map([['a', 1]])]);
    store(world, Y.encodeStateAsUpdate(hostile));
    const ann = world.client().connect();
    world.settle();
    const lines = ann.doc.getXmlFragment('lines');
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.setAttribute('kind', 'h1');
    paragraph.insert(0, [new Y.XmlText('title')]);
    lines.insert(0, [paragraph]);
    world.settle();
    world.room.compact();
    world.settle();
    const newcomer = world.client().connect();
    world.settle();
    const seen = newcomer.doc.getXmlFragment('lines');
    expect(seen.toString()).toBe('<paragraph kind="h1">title</paragraph>');
  });

  it('[P3 P8] a type nested too deeply over many updates disconnects its sender, also after a wake', () => {
    const world = new World();
    const mallory = world.client().connect();
    const { connection } = mallory;
    const ann = world.client().connect();
    world.settle();
    for (const [i, update] of nestOneByOne(limits.typeDepth + 1).entries()) {
      if (i === limits.typeDepth >> 1) world.evict();
      if (i === limits.typeDepth) world.room.compact();
      Y.applyUpdate(mallory.doc, update);
      world.settle();
    }
    expect(connection?.closeCode).toBe(CloseCode.forbiddenContent);
    expect(depthOf(world.stored())).toBe(limits.typeDepth);
    ann.type('still here');
    world.settle();
    expect(ann.unanswered).toBe(0);
    expect(world.stored().getText('content').toString()).toBe(ann.text.toString());
  });

  it('[P8] a document without room for more elements answers full, and accepts deletions', () => {
    const world = new World();
    const mallory = world.client().connect();
    const ann = world.client().connect();
    world.settle();
    ann.type('words');
    world.settle();
    const list = mallory.doc.getArray('list');
    const { version } = world.log;
    list.insert(0, Array.from({ length: 200_000 }, () => new Y.Text()));
    world.settle();
    expect(world.log.version).toBe(version);
    expect(mallory.messages).toContainEqual({ type: 'unsaved', reason: 'full' });
    ann.type(' of ann');
    ann.text.delete(0, 1);
    world.settle();
    expect(ann.unanswered).toBe(0);
  });
});
