import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { limits } from '../../../../protocol/limits.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { Random } from '../../../support/random.ts';
import { Author } from './author.ts';
import { forge, format, item, text, type } from './forge-updates.ts';
import { hostileShapes, outcomeOf } from './hostile-shapes.ts';
import { many } from './outcomes.ts';

/** The ids of the items in a root, in order. */
function orderOf(doc: Y.Doc, root: string): string[] {
  const ids: string[] = [];
  let item = (doc.share.get(root) as Y.AbstractType<unknown> | undefined)?._start ?? null;
  for (; item !== null; item = item.right) {
    for (let i = 0; i < item.length; i++) ids.push(`${item.id.client} ${item.id.clock + i}`);
  }
  return ids;
}

function orderIn(index: ItemIndex, root: string): string[] {
  return [...index.itemsIn(root)].flatMap(({ client, clock, length }) =>
    Array.from({ length }, (_, i) => `${client} ${clock + i}`)
  );
}

describe('the item index', () => {
  it('[P3] orders items as Yjs does', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const authors = [1, 2, 3].map((i) => new Author(random.below(1000) * 4 + i));
      const log: Uint8Array[] = [];
      const doc = new Y.Doc({ gc: false });
      let index = new ItemIndex();
      for (let step = 0; step < 60; step++) {
        // As after a wake.
        if (random.chance(0.1)) index = ItemIndex.decode(index.encode());
        const author = random.pick(authors);
        for (let edits = random.below(4); edits >= 0; edits--) author.edit(random);
        for (const update of author.takeOutbox()) {
          const stored = index.add(update)!; // the document is small
          log.push(stored);
          Y.applyUpdate(doc, stored);
          expect(index.clockOf(author.doc.clientID)).toBe(
            Y.getState(doc.store, author.doc.clientID),
          );
        }
        if (random.chance(0.4)) author.receive(log);
        for (const root of ['text', 'lines', 'array']) {
          expect(orderIn(index, root), `seed ${seed}`).toEqual(orderOf(doc, root));
        }
      }
      const whole = Y.encodeStateAsUpdate(doc);
      const reloaded = ItemIndex.of([whole]);
      for (const root of ['text', 'lines', 'array']) {
        expect(orderIn(reloaded, root), `seed ${seed}`).toEqual(orderOf(doc, root));
      }
    }
  });

  it('[P8] restores steps, memory and every list from its encoding', () => {
    const doc = new Y.Doc();
    const map = doc.getMap('map');
    for (let i = 0; i < 3; i++) map.set('ü key/', new Y.Map([['a', [{}]]]));
    doc.getText('text').insert(0, 'some words');
    doc.getText('text').delete(2, 3);
    const concurrent = [1, 2, 3].map((client) => forge([[client, 0, [item({}, text('ab'))]]]));
    const index = ItemIndex.of([Y.encodeStateAsUpdate(doc), ...concurrent]);
    expect(index.steps).toBeGreaterThan(0);
    const restored = ItemIndex.decode(index.encode());
    expect(restored.memory).toBe(index.memory);
    expect(restored.steps).toBe(index.steps);
    expect(restored.encode()).toEqual(index.encode());
    expect(() => ItemIndex.decode(index.encode().subarray(1))).toThrow(SyntaxError);
    expect(() => ItemIndex.decode(index.encode().subarray(0, -1))).toThrow(SyntaxError);
  });

  it('[P8] counts the steps that Yjs takes', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new Random(seed);
      const doc = new Y.Doc({ gc: false });
      const index = new ItemIndex();
      // Concurrent insertions at the same positions.
      const clients = many(4, (i) => random.below(100) * 4 + i);
      for (let round = 0; round < 4; round++) {
        const before = Y.encodeStateAsUpdate(doc);
        for (const client of clients) {
          const author = new Y.Doc({ gc: false });
          Y.applyUpdate(author, before);
          author.clientID = client;
          const list = author.getArray('list');
          const known = Y.encodeStateVector(author);
          for (let i = random.below(20); i >= 0; i--) {
            list.insert(random.chance(0.5) ? 0 : random.below(list.length + 1), [i]);
          }
          const update = Y.encodeStateAsUpdate(author, known);
          const stepsBefore = index.steps;
          index.add(update);
          const steps = countYjsSteps(() => Y.applyUpdate(doc, update));
          expect(index.steps - stepsBefore, `seed ${seed}`).toBeGreaterThanOrEqual(steps);
          // Splits count as well.
          expect(index.steps - stepsBefore, `seed ${seed}`).toBeLessThanOrEqual(steps + 50);
        }
      }
    }
  });

  it('[P8] accepts as many items at one position as Yjs integrates in few steps', () => {
    const stored = forge([[7, 0, [item({}, text('ten chars.'))]]]);
    const places = [{}, { origin: [7, 3] }, { right: [7, 3] }, {
      origin: [7, 3],
      right: [7, 4],
    }] as const;
    for (const where of [...places, { parent: 'map', key: 'k' }]) {
      for (const clients of [[1], [2, 1], [1, 2], many(500, (i) => i + 10)]) {
        const part = item(where, text('x'));
        const update = forge(
          clients.map((client) => [client, 0, many(10_000 / clients.length, () => part)]),
        );
        const doc = new Y.Doc({ gc: false });
        Y.applyUpdate(doc, stored);
        const added = ItemIndex.of([stored]).add(update);
        if (added === null) throw new Error('The update is rejected');
        expect(countYjsSteps(() => Y.applyUpdate(doc, added))).toBeLessThan(limits.updateSteps);
      }
    }
  });

  for (const shape of hostileShapes) {
    const rule = shape.outcome === 'corrected' ? '[P11] corrects' : '[P8] rejects';
    it(`${rule} ${shape.name}`, () =>
      expect(outcomeOf(shape, new ItemIndex())).toBe(shape.outcome));
  }

  it('[P8] remains unchanged when it rejects an update', () => {
    const stored = forge([[7, 0, [item({}, text('some text')), item({}, type(1))]]]);
    const wrong = forge([
      [8, 0, [
        item({ origin: [7, 2], right: [7, 3] }, text('x')),
        item({ parent: 'lines' }, text('x')),
      ]],
      [7, 10, [item({ parent: [7, 9], key: 'k' }, text('x'))]],
    ]);
    const right = forge([[8, 0, [item({ origin: [7, 4], right: [7, 5] }, text('y'))]]]);
    const index = ItemIndex.of([stored]);
    const { memory, steps } = index;
    expect(() => index.add(wrong)).toThrow(ProtocolError);
    expect([index.memory, index.steps, index.clockOf(7), index.clockOf(8)]).toEqual([
      memory,
      steps,
      10,
      0,
    ]);
    index.add(right);
    expect([...index.itemsIn('text')]).toEqual([...ItemIndex.of([stored, right]).itemsIn('text')]);
  });

  it('[P8] accepts a few items beside any number of hostile ones', () => {
    const chain = many(20_000, (i) => item(i ? { origin: [7, i - 1] } : {}, format('b', '1')));
    const index = ItemIndex.of([forge([[7, 0, chain]])]);
    let clock = 0;
    while (index.add(forge([[8, clock, [item({ origin: [7, 0] }, format('b', '1'))]]]))) {
      clock++;
    }
    expect(index.add(forge([[9, 0, [item({ parent: 'other' }, text('honest'))]]]))).not.toBeNull();
    expect(index.add(forge([[9, 6, [item({ origin: [9, 5] }, text(' words'))]]]))).not.toBeNull();
  });
});

/** In each step, `Item.integrate` adds an item to two sets. */
function countYjsSteps(work: () => void): number {
  const { add } = Set.prototype;
  let added = 0;
  Set.prototype.add = function (this: Set<unknown>, value: unknown) {
    if (value instanceof Y.Item) added++;
    return add.call(this, value);
  };
  try {
    work();
  } finally {
    Set.prototype.add = add;
  }
  return added / 2;
}
