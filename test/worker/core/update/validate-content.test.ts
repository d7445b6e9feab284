import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import {
  any,
  bytes,
  deleted,
  embed,
  forge,
  format,
  item,
  json,
  subdocument,
  text,
  type,
} from './forge-updates.ts';
import {
  complete,
  forbiddenContent,
  many,
  outcomeOf,
  outcomeOfItem,
  stateOf,
  victim,
} from './outcomes.ts';

describe('forbidden content', () => {
  it('[P3] forbids __proto__ as a key, as the name of a root or mark, and in values', () => {
    expect(outcomeOfItem({ parent: '__proto__' }, text('x'))).toBe(forbiddenContent);
    expect(outcomeOfItem({ key: '__proto__' }, any([1]))).toBe(forbiddenContent);
    expect(outcomeOfItem({}, format('__proto__', '1'))).toBe(forbiddenContent);
    for (const value of ['{"__proto__":1}', '[{"a":{"\\u005f_pro\\u0074o__":{}}}]']) {
      expect(outcomeOfItem({}, format('bold', value))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, embed(value))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, json([value]))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, any([[JSON.parse(value)]]))).toBe(forbiddenContent);
    }
    // JSON.parse would drop the first of two equal keys.
    expect(outcomeOfItem({}, embed('{"a":{"__proto__":1},"a":1}'))).toBe(forbiddenContent);
    const harmless = ['"__proto__"', '{"__proto_":1}', '{"__proto___":1}', '{"___proto__":1}'];
    for (const value of harmless) expect(outcomeOfItem({}, embed(value))).toBe(complete);
    expect(outcomeOfItem({}, text('__proto__'))).toBe(complete);
  });

  it('[P3] forbids invalid names of XML elements and hooks', () => {
    for (const name of ['p', 'UNDEFINED', '_x', 'codeBlock', 'x-y:z.1', 'h1']) {
      expect(outcomeOfItem({}, type(3, name))).toBe(complete);
    }
    for (const name of ['', '1a', '-a', 'img src=x onerror=alert(1)', 'a>', 'é', 'a\0', '__p/']) {
      expect(outcomeOfItem({}, type(3, name))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, type(5, name))).toBe(forbiddenContent);
    }
  });

  it('[P3] forbids subdocuments', () => {
    expect(outcomeOfItem({}, subdocument())).toBe(forbiddenContent);
  });

  it('[P3] forbids values nested deeper than the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + '1' + ']'.repeat(depth);
    const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    const max = limits.jsonDepth;
    for (const nest of [nested, objects]) {
      expect(outcomeOfItem({}, embed(nest(max)))).toBe(complete);
      expect(outcomeOfItem({}, embed(nest(max + 1)))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, embed(nest(100_000)))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, any([JSON.parse(nest(max))]))).toBe(complete);
      expect(outcomeOfItem({}, any([JSON.parse(nest(max + 1))]))).toBe(forbiddenContent);
    }
    const unbounded = many(20_000, () => [117, 1]).flat();
    expect(outcomeOfItem({}, [8, bytes(1, ...unbounded, 126)])).toBe(forbiddenContent);
  });

  it('[P3] forbids types nested deeper than the limit, also when only origins place them', () => {
    const nested = (depth: number) =>
      forge([[1, 0, many(depth, (i) => item(i ? { parent: [1, i - 1] } : {}, type(0)))]]);
    expect(outcomeOf(nested(limits.typeDepth))).toBe(complete);
    expect(outcomeOf(nested(100_000))).toBe(forbiddenContent);
    // Each type is the second child of the one before, and has only an origin.
    const siblings = (depth: number) =>
      forge([[
        1,
        0,
        many(2 * depth, (i) =>
          i % 2
            ? item({ origin: [1, i - 1] }, type(0))
            : item(i ? { parent: [1, i - 1] } : {}, text('x'))),
      ]]);
    expect(outcomeOf(siblings(limits.typeDepth))).toBe(complete);
    expect(outcomeOf(siblings(limits.typeDepth + 2))).toBe(forbiddenContent);
  });

  /** A map in the list with one entry. Client 1, clocks 0 and 1. */
  const inMap = [item({}, type(1)), item({ parent: [1, 0], key: 'a' }, any([1]))];

  it('[P3] forbids several values in one item under a key, which Yjs cannot garbage-collect', () => {
    const update = (...parts: Parameters<typeof item>) =>
      forge([[1, 0, [...inMap, item(...parts), item({ origin: [1, 3] }, any([4]))]]]);
    const harmful = update({ origin: [1, 1] }, text('xyz'));
    const doc = new Y.Doc();
    Y.applyUpdate(doc, harmful);
    expect(() => doc.getArray('text').delete(0, 1)).toThrow('Unexpected case');

    expect(outcomeOf(harmful)).toBe(forbiddenContent);
    expect(outcomeOf(update({ parent: [1, 0], key: 'b' }, any([1, 2])))).toBe(forbiddenContent);
    // The same in two updates, with a state that was encoded and decoded.
    const state = LogState.decode(stateOf(forge([[1, 0, inMap]])).encode());
    const second = forge([[2, 0, [item({ origin: [1, 1] }, text('xyz'))]]]);
    expect(outcomeOf(second, state)).toBe(forbiddenContent);
    // Yjs merges deleted items, so they may have several clocks.
    expect(outcomeOf(update({ origin: [1, 1] }, deleted(3)))).toBe(complete);
    const longAndDeleted = forge([[1, 0, [...inMap, item({ origin: [1, 1] }, any([2, 3]))]]], [
      [1, [[1, 3]]],
    ]);
    expect(outcomeOf(longAndDeleted)).toBe(complete);
  });

  it('[P8] forbids inserting a value before another one under a key', () => {
    const before = forge([[2, 0, [item({ right: [1, 1] }, any([0]))]]]);
    expect(outcomeOf(before, stateOf(forge([[1, 0, inMap]])))).toBe(forbiddenContent);
    const between = item({ origin: [1, 1], right: [7, 3] }, any([0]));
    expect(outcomeOf(forge([[1, 0, [...inMap, between]]]), victim)).toBe(forbiddenContent);
  });
});

describe('many items at one position', () => {
  it('[P8] accepts many items that were inserted next to each other', () => {
    const doc = new Y.Doc();
    const list = doc.getText('text');
    const map = doc.getMap('map');
    doc.transact(() => {
      for (let i = 0; i < 3000; i++) {
        list.insert(0, 'at the start ', i % 2 ? { bold: true } : {});
        list.insert(list.length >> 1, 'in the middle');
        map.set('key', i);
      }
    });
    expect(outcomeOf(Y.encodeStateAsUpdate(doc))).toBe(complete);
    for (let i = 0; i < 2000; i++) list.delete(0, 1);
    expect(outcomeOf(Y.encodeStateAsUpdate(doc))).toBe(complete);
  });

  it('[P3] accepts an item with the same left and right origin, which undo creates', () => {
    const update = forge([[1, 0, [item({ origin: [7, 3], right: [7, 3] }, text('x'))]]]);
    expect(outcomeOf(update, victim)).toBe(complete);
  });
});
