import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { ClockRanges } from '../../../../worker/core/update/clock-ranges.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { Random } from '../../../support/random.ts';

/** The state of a log that holds just this document. */
function stateOf(doc: Y.Doc): LogState {
  const state = new LogState();
  state.add(readContents(Y.encodeStateAsUpdate(doc), state));
  return state;
}

function documentWithDeletions(): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = 5;
  doc.getText('text').insert(0, '0123456789');
  doc.getText('text').delete(2, 2);
  doc.getText('text').delete(5, 1);
  const other = new Y.Doc();
  other.clientID = 2 ** 32 - 1;
  other.getMap('map').set('key', 1);
  other.getMap('map').set('key', 2);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  return doc;
}

describe('LogState', () => {
  it('is empty at first', () => {
    const state = new LogState();
    expect(state.clockOf(1)).toBe(0);
    expect([...state.clocks()]).toEqual([]);
    expect(state.encodeStateVector()).toEqual(Y.encodeStateVector(new Y.Doc()));
    expect(LogState.decode(state.encode())).toEqual(state);
    expect(state.has({ structs: new Map(), deletes: new Map(), keyed: new Map() })).toBe(true);
  });

  it('[P3] encodes the snapshot and state vector of a document byte for byte', () => {
    const doc = documentWithDeletions();
    const state = stateOf(doc);
    const snapshot = Y.encodeSnapshot(Y.snapshot(doc));
    expect(state.encode().subarray(0, snapshot.length)).toEqual(snapshot);
    expect(Y.decodeSnapshot(state.encode())).toEqual(Y.snapshot(doc));
    expect(state.encodeStateVector()).toEqual(Y.encodeStateVector(doc));
    expect(state.encode()).toEqual(LogState.decode(state.encode()).encode());
  });

  it('[P3] keeps which items have a key when it is encoded and decoded', () => {
    const state = LogState.decode(stateOf(documentWithDeletions()).encode());
    expect([0, 1, 2].map((clock) => state.isKeyed(2 ** 32 - 1, clock))).toEqual([
      true,
      true,
      false,
    ]);
    expect(state.isKeyed(5, 0)).toBe(false);
  });

  it('encodes its deletions as an update without structs', () => {
    const doc = documentWithDeletions();
    const behind = new Y.Doc();
    const state = stateOf(doc);
    const { structs, ds } = Y.decodeUpdate(state.encodeDeletes());
    expect(structs).toEqual([]);
    expect(ds).toEqual(Y.snapshot(doc).ds);
    Y.applyUpdate(behind, Y.encodeStateAsUpdate(doc));
    Y.applyUpdate(behind, state.encodeDeletes());
    expect(behind.getText('text').toString()).toBe(doc.getText('text').toString());
  });

  it('[P3] has all deletions that a reconnecting client repeats, but not a single new one', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'x'.repeat(13_000));
    doc.transact(() => {
      for (let i = 0; i < 4000; i++) doc.getText('text').delete(i * 2, 1);
    });
    const state = stateOf(doc);
    const stepTwo = () =>
      readContents(Y.encodeStateAsUpdate(doc, state.encodeStateVector()), state);
    expect(stepTwo().deletes.get(doc.clientID)).toHaveLength(4000);
    expect(state.has(stepTwo())).toBe(true);

    doc.getText('text').delete(5001, 1);
    expect(state.has(stepTwo())).toBe(false);
    state.add(stepTwo());
    expect(state.has(stepTwo())).toBe(true);

    doc.getText('text').insert(0, 'new');
    expect(state.has(stepTwo())).toBe(false);
  });

  it('does not change when it adds what it has', () => {
    const doc = documentWithDeletions();
    const state = stateOf(doc);
    const before = state.encode();
    state.add({
      structs: new Map([[5, { from: 0, to: 3 }]]),
      deletes: new Map([[5, [{ clock: 2, length: 1 }]]]),
      keyed: new Map(),
    });
    expect(state.encode()).toEqual(before);
  });

  it('throws a SyntaxError when it decodes anything but its own encoding', () => {
    const good = stateOf(documentWithDeletions()).encode();
    for (let end = 0; end < good.length; end++) {
      expect(() => LogState.decode(good.subarray(0, end))).toThrow(SyntaxError);
    }
    const invalid = [
      [...good, 0],
      [0, 1, 5, 0, 0], // a client at clock 0
      [0, 2, 5, 1, 5, 1, 0], // duplicate client
      [0, 1, 5, 0x81, 0, 0], // not the shortest form
      [1, 5, 2, 4, 1, 2, 1, 1, 5, 9, 0], // ranges out of order
      [0xff, 0xff, 0xff, 0xff, 0x0f],
    ];
    for (const bytes of invalid) {
      expect(() => LogState.decode(Uint8Array.from(bytes))).toThrow(SyntaxError);
    }
    const random = new Random(1);
    for (let i = 0; i < 2000; i++) {
      const bytes = Uint8Array.from(good);
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      try {
        expect(LogState.decode(bytes).encode()).toHaveLength(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
  });
});

describe('ClockRanges', () => {
  it('merges ranges that overlap or are adjacent', () => {
    const ranges = new ClockRanges();
    for (const [from, to] of [[10, 12], [20, 25], [12, 14], [8, 10], [30, 31], [21, 23]] as const) {
      ranges.add(from, to);
    }
    expect([...ranges]).toEqual([
      { clock: 8, length: 6 },
      { clock: 20, length: 5 },
      { clock: 30, length: 1 },
    ]);
    ranges.add(0, 31);
    expect([...ranges]).toEqual([{ clock: 0, length: 31 }]);
    expect(ranges.size).toBe(1);
  });

  it('[P8] equals a set of clocks after thousands of ranges in any order', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const clocks = 200 + random.below(20_000);
      const maxLength = random.pick([1, 3, 300]);
      const expected = new Uint8Array(clocks + maxLength + 1);
      const ranges = new ClockRanges();
      const isSorted = random.chance(0.2);
      for (let i = 0; i < 3000; i++) {
        const from = isSorted ? Math.floor(i * clocks / 3000) : random.below(clocks);
        const to = from + 1 + random.below(maxLength);
        expect(ranges.has(from, to)).toBe(!expected.subarray(from, to).includes(0));
        ranges.add(from, to);
        expected.fill(1, from, to);
        expect(ranges.has(from, to)).toBe(true);
      }
      const got = new Uint8Array(expected.length);
      let last = -1;
      let size = 0;
      for (const { clock, length } of ranges) {
        expect(clock).toBeGreaterThan(last);
        got.fill(1, clock, last = clock + length);
        size++;
      }
      expect(got).toEqual(expected);
      expect(ranges.size).toBe(size);
    }
  });
});
