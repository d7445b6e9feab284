import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import {
  any,
  deleted,
  forge,
  gc,
  type Id,
  item,
  skip,
  type Structs,
  text,
} from './forge-updates.ts';
import { complete, gap, malformed, many, outcomeOf, stateOf, victim } from './outcomes.ts';

describe('dependencies of an update', () => {
  it('[P3] reports a gap for structs after missing ones of their client', () => {
    expect(outcomeOf(forge([[7, 11, [gc(1)]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([[8, 1, [gc(1)]]]), victim)).toBe(gap);
  });

  it('[P3] reports a gap for structs that refer to future structs of another client', () => {
    for (const where of [{ origin: [7, 10] }, { right: [7, 10] }, { parent: [7, 10] }] as const) {
      expect(outcomeOf(forge([[1, 0, [item(where, text('x'))]]]), victim)).toBe(gap);
    }
    expect(outcomeOf(forge([[1, 0, [item({ origin: [7, 9] }, text('x'))]]]), victim)).toBe(
      complete,
    );
    expect(outcomeOf(forge([[1, 0, [item({ origin: [9, 0] }, text('x'))]]]), victim)).toBe(gap);
  });

  it('[P3] reports a gap for deletions of structs that are not in the log', () => {
    expect(outcomeOf(forge([], [[7, [[2, 8]]]]), victim)).toBe(complete);
    expect(outcomeOf(forge([], [[7, [[10, 2 ** 30]]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([], [[7, [[2, 9]]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([], [[9, many(1000, (i) => [i * 2, 1])]]), victim)).toBe(gap);
  });

  it('[P3] reports a gap for a Skip struct, which Y.mergeUpdates writes over a hole', () => {
    expect(outcomeOf(forge([[1, 0, [gc(1), skip(2), gc(1)]]]))).toBe(gap);
    const updates: Uint8Array[] = [];
    const doc = new Y.Doc();
    doc.on('update', (update) => updates.push(update));
    for (const word of ['one', 'two', 'three']) doc.getText('text').insert(0, word);
    expect(outcomeOf(Y.mergeUpdates([updates[0]!, updates[2]!]))).toBe(gap);
    expect(outcomeOf(Y.mergeUpdates(updates))).toBe(complete);
  });

  it('[P3] rejects an item that refers to itself or to a later one of its client', () => {
    for (const clock of [0, 1]) {
      for (
        const where of [{ origin: [1, clock] }, { right: [1, clock] }, {
          parent: [1, clock],
        }] as const
      ) {
        expect(outcomeOf(forge([[1, 0, [item(where, text('x')), gc(1)]]]))).toBe(malformed);
      }
    }
  });

  it('[P3] rejects a circular dependency between clients', () => {
    const circle = (clients: number) =>
      forge(many(clients, (i): Structs => [
        clients - i,
        0,
        [item({ origin: [(clients - i) % clients + 1, 0] }, text('x'))],
      ]));
    for (const clients of [2, 3, 100]) expect(outcomeOf(circle(clients))).toBe(malformed);
    // Not in the first structs: there is no order for 2:1, 1:1, 2:0 and 1:0.
    const crossed = [1, 2].map((client): Structs => [
      client,
      0,
      [item({ right: [3 - client, 1] }, text('x')), item({}, text('y'))],
    ]);
    expect(outcomeOf(forge(crossed))).toBe(malformed);
  });

  it('[P3] accepts clients that depend on each other in turns', () => {
    const doc = new Y.Doc();
    // Each struct of one client depends on one of the other, in turns.
    const turns = forge([0, 1].map((second): Structs => [
      2 - second,
      0,
      many(100, (i) => {
        const before: Id = [1 + second, second ? i : i - 1];
        return item(before[1] < 0 ? {} : { origin: before }, text('x'));
      }),
    ]));
    expect(outcomeOf(turns)).toBe(complete);
    Y.applyUpdate(doc, turns);
    expect(doc.getText('text').length).toBe(200);
  });

  it('[P3] never replaces structs that are in the log', () => {
    const longer = forge([[7, 0, [item({}, text('another text'))]]]);
    const validated = validateUpdate(longer, victim);
    expect(validated).toMatchObject({
      type: complete,
      update: forge([[7, 10, [item({ origin: [7, 9] }, text('xt'))]]]),
    });
    expect(outcomeOf(forge([[7, 0, [item({}, text('shorter'))]]]), victim)).toBe(complete);
  });

  it('[P3] stores an item that overlaps a GC struct so that Yjs can apply it', () => {
    const log = [
      forge([[7, 0, [item({}, text('ten chars.'))]]]),
      forge([[1, 0, [gc(3)]]]),
    ];
    const forged = forge([[1, 0, [item({ origin: [7, 4] }, text('abcdef'))]]]);
    const validated = validateUpdate(forged, stateOf(...log));
    if (validated.type !== complete) throw new Error('Unexpected gap');
    const [doc, bare] = [new Y.Doc(), new Y.Doc()];
    for (const update of log) for (const each of [doc, bare]) Y.applyUpdate(each, update);
    expect(() => Y.applyUpdate(bare, forged)).toThrow(TypeError);
    Y.applyUpdate(doc, validated.update);
    expect(Y.getState(doc.store, 1)).toBe(6);
  });

  it('[P3] stores each struct once, so that others merge with it in any order', () => {
    const log = forge([[7, 0, [item({}, text('abc')), item({ origin: [7, 2] }, any([1]))]]]);
    const repeated = forge([
      [8, 0, [item({ origin: [7, 0] }, text('new'))]],
      [7, 0, [item({}, text('xyz')), item({ origin: [7, 2] }, deleted(1)), gc(2)]],
    ]);
    const validated = validateUpdate(repeated, stateOf(log));
    expect(validated).toMatchObject({ type: complete, isRepeated: true });
    expect(validated).toHaveProperty(
      'update',
      forge([[8, 0, [item({ origin: [7, 0] }, text('new'))]], [7, 4, [gc(2)]]]),
    );
  });

  it('[P3] stores clients in the order that Y.mergeUpdates expects', () => {
    const log = forge([[19, 0, [item({}, deleted(2))]]]);
    const structs: Structs[] = [
      [1001, 0, [item({ right: [19, 0] }, text('a'))]],
      [1002, 0, [item({ origin: [19, 0] }, text('b'))]],
    ];
    const validated = validateUpdate(forge(structs), stateOf(log));
    expect(validated).toMatchObject({ type: complete, isRepeated: false });
    const update = forge(structs.toReversed());
    expect(validated).toHaveProperty('update', update);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.mergeUpdates([log, update]));
    expect(Y.getState(doc.store, 1002)).toBe(1);
  });
});

describe('cost', () => {
  /** Counts its calls, which are proportional to the structs visited. */
  class CountingState extends LogState {
    calls = 0;
    override clockOf(client: number): number {
      this.calls++;
      return super.clockOf(client);
    }
  }

  it('[P8] takes linear time, in whatever order the structs depend on each other', () => {
    const dependencies: Record<string, (i: number, second: number) => number> = {
      'on the other client, in turns': (i, second) => second ? i : i - 1,
      'on the first struct of the other': (_, second) => second ? 0 : -1,
      'on the last struct of the other': (i, second) => second ? i : -1,
    };
    for (const [order, dependency] of Object.entries(dependencies)) {
      const [few, lots] = [1000, 4000].map((count) => {
        const state = new CountingState();
        const structs = [0, 1].map((second): Structs => [
          1 + second,
          0,
          many(count, (i) => {
            const clock = dependency(i, second);
            return item(
              clock < 0 ? { parent: `root ${i}` } : { origin: [2 - second, clock] },
              text('x'),
            );
          }),
        ]);
        outcomeOf(forge(structs), state);
        return state.calls;
      });
      expect([order, lots! / few! < 4.5]).toEqual([order, true]);
    }
  });
});
