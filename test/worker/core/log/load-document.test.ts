import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { loadDocument } from '../../../../worker/core/log/load-document.ts';
import { Random } from '../../../support/random.ts';
import { Author } from '../update/author.ts';

/** Loads a document as Yjs does with its own garbage collection. */
function loadWithYjs(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

/** Two authors edit every kind of type together. Returns their updates. */
function writeTogether(random: Random, edits: number): Uint8Array[] {
  const authors = [new Author(1 + random.below(9)), new Author(10)] as const;
  const updates: Uint8Array[] = [];
  for (let i = 0; i < edits; i++) {
    const author = random.pick(authors);
    author.edit(random);
    updates.push(...author.takeOutbox());
    if (random.chance(0.3)) random.pick(authors).receive(updates);
  }
  return updates;
}

/** Counts the elements of arrays that `work` moves: Yjs splices structs out of arrays. */
function countMovedElements(work: () => void): number {
  const { splice } = Array.prototype;
  let moved = 0;
  Array.prototype.splice = function (this: unknown[], start: number, ...rest: never[]) {
    moved += this.length - start;
    return Reflect.apply(splice, this, [start, ...rest]);
  } as typeof splice;
  try {
    work();
  } finally {
    Array.prototype.splice = splice;
  }
  return moved;
}

describe('loading a document', () => {
  it('[P3] collects garbage into the bytes that Yjs would encode', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const updates = writeTogether(new Random(seed), 60);
      const doc = loadDocument(updates);
      const expected = Y.encodeStateAsUpdate(loadWithYjs(updates));
      expect(Y.encodeStateAsUpdate(doc), `seed ${seed}`).toEqual(expected);
      // Over a snapshot and a tail as well.
      const half = updates.length >> 1;
      const log = [
        Y.encodeStateAsUpdate(loadDocument(updates.slice(0, half))),
        ...updates.slice(half),
      ];
      expect(Y.encodeStateAsUpdate(loadDocument(log)), `seed ${seed}`)
        .toEqual(Y.encodeStateAsUpdate(loadWithYjs(log)));
    }
  });

  it('[P8] takes linear time for 100,000 deleted paragraphs', () => {
    const updates: Uint8Array[] = [];
    const author = new Y.Doc({ gc: false });
    author.on('update', (update: Uint8Array) => updates.push(update));
    const count = 100_000;
    const lines = author.getXmlFragment('lines');
    lines.insert(
      0,
      Array.from({ length: count }, (_, i) => {
        const paragraph = new Y.XmlElement('paragraph');
        paragraph.insert(0, [new Y.XmlText(`line ${i}`)]);
        return paragraph;
      }),
    );
    lines.delete(0, count);
    expect(updates[1]!.length).toBeLessThan(20);
    let doc = new Y.Doc();
    const moved = countMovedElements(() => {
      doc = loadDocument(updates);
    });
    expect(moved).toBeLessThan(count);
    expect(Y.encodeStateAsUpdate(doc).length).toBeLessThan(3_000_000);
    expect(doc.getXmlFragment('lines').length).toBe(0);
  });
});
