/**
 * The invariants of the core under injected faults (test/support/simulator.ts). For more seeds:
 * `npm run simulate -- --seeds 20000`.
 */
import { describe, expect, it } from 'vitest';
import { type Event, replay, simulate, type WorldOptions } from '../../support/simulator.ts';

const seeds = Number(process.env.EDGEPAD_SEEDS ?? 400);
const steps = 150;
/** Seeds per test. */
const batch = 500;

describe('invariants under random events', () => {
  for (let first = 1; first <= seeds; first += batch) {
    const last = Math.min(seeds, first + batch - 1);
    it(`[P1 P3 P5 P8] seeds ${first} to ${last}, ${steps} events each`, () => {
      for (let seed = first; seed <= last; seed++) simulate(seed, steps);
    }, 600_000);
  }
});

/** Two `edgepad.v1` clients and a stock client; every update is split into parts. */
const options: WorldOptions = { seed: 1, clients: 'ees', rowBytes: 24, tailRows: 500 };

const connectAll: Event[] = [['connect', 0], ['connect', 1], ['connect', 2]];
const deliverAll: Event[] = [
  ...[0, 1, 2].map((): Event => ['up', 0, 50]),
  ...[0, 1, 2].map((): Event => ['down', 0, 50]),
  ...[0, 1, 2].map((): Event => ['up', 0, 50]),
];

/** Edits, a rendering, a compaction and a reload; then the same again on the result. */
const story: Event[] = [1, 2].flatMap((chapter): Event[] => [
  ...connectAll,
  ...deliverAll,
  ['edit', 0, 10 * chapter],
  ['edit', 1, 20 * chapter],
  ['present', 0, 30 * chapter],
  ['edit', 2, 40 * chapter],
  ...deliverAll,
  ['erase', 1, 50 * chapter],
  ['pass', 60],
  ...deliverAll,
  ['read', 0],
  ['compact', 1, 0],
  ['reload', 2, 1],
  ['edit', 0, 60 * chapter],
]);

describe('one fault at every possible moment', () => {
  const faults: [what: string, verb: 'fail' | 'die'][] = [
    ['the n-th statement fails', 'fail'],
    ['the process is killed at the n-th statement', 'die'],
  ];
  for (const [what, verb] of faults) {
    it(`[P1] ${what}, for every n`, () => {
      let n = 1;
      while (replay(options, [[verb, n], ...story]) > 0) n++;
      expect(n).toBeGreaterThan(50);
    }, 120_000);
  }

  const interruptions: [what: string, Event][] = [
    ['the room hibernates', ['evict']],
    ['the process is killed', ['crash', 0]],
    ['a client loses its connection', ['cut', 0]],
    ['the log is compacted', ['compact', 1, 0]],
    ['the wall clock is set back', ['skew', -3_600_000]],
    ['commits become slow', ['slowDown']],
  ];
  for (const [what, event] of interruptions) {
    it(`[P1 P3 P5] ${what}, after every event`, () => {
      for (let at = 0; at <= story.length; at++) {
        replay(options, [...story.slice(0, at), event, ...story.slice(at)]);
      }
    }, 120_000);
  }

  it('[P4] the room hibernates after each event', () => {
    replay(options, story.flatMap((event): Event[] => [event, ['evict']]));
  });
});

/** Shrunk runs that failed once. */
const found: [what: string, WorldOptions, Event[]][] = [
  [
    '[P5] requests renewals for stock clients after the wall clock was set back',
    { ...options, clients: 'ss' },
    [['connect', 0], ['connect', 1], ['up', 0, 3], ['up', 0, 3], ['skew', -3_600_000]],
  ],
  [
    '[P5] removes a client that withdraws and leaves at once, also for a client that joins meanwhile',
    { ...options, clients: 'eeee' },
    [['connect', 3], ['present', 3, 784], ['cut', 3], ['up', 0, 2], ['connect', 3]],
  ],
  [
    '[P5] shows a reconnected client once its old connection has ended',
    { ...options, clients: 'eee' },
    [['connect', 2], ['cut', 2], ['up', 0, 3], ['connect', 2], ['up', 0, 3], ['up', 1, 3]],
  ],
  [
    '[P5] does not remove a reconnected client when its closed connection ends',
    { ...options, clients: 'ee' },
    [
      ['fail', 8],
      ['edit', 0, 4310],
      ['connect', 0],
      ['up', 0, 50],
      ['down', 0, 50],
      ['up', 0, 50],
      ['down', 0, 50],
      ['connect', 0],
      ['up', 0, 3],
      ['pass', 60],
    ],
  ],
  [
    '[P4] sends no empty frame',
    { ...options, clients: 'se' },
    [['connect', 1], ['cut', 1]],
  ],
  [
    '[P5] a repeated entry of a stock client does not claim the client id of a returning client',
    { ...options, clients: 'seees', rowBytes: 60 },
    [
      ['connect', 2],
      ['present', 0, 2096],
      ['edit', 2, 2616],
      ['up', 0, 1],
      ['up', 0, 1],
      ['fail', 5],
      ['connect', 0],
      ['down', 3, 1],
      ['down', 2, 2],
      ['up', 2, 3],
      ['up', 2, 3],
    ],
  ],
  [
    '[P5] a repeated entry of a stock client does not block updates of the client it belongs to',
    { ...options, clients: 'ess', rowBytes: 200 },
    [
      ['edit', 0, 3600],
      ['connect', 0],
      ['present', 1, 3704],
      ['up', 0, 1],
      ['fail', 1],
      ['down', 2, 2],
      ['connect', 1],
      ['up', 2, 2],
      ['pass', 60],
      ['down', 3, 3],
      ['up', 3, 3],
    ],
  ],
  [
    '[P9] keeps a stock client that returns beside another one after its network has vanished',
    { ...options, clients: 'ss', rowBytes: 200, tailRows: 40 },
    [['connect', 1], ['up', 4, 3], ['edit', 1, 491], ['vanish', 1, 0]],
  ],
  [
    '[P9] accepts a stock client that returns with edits and goes on typing',
    { ...options, clients: 's' },
    [
      ['edit', 0, 4508],
      ['connect', 0],
      ...[3789, 4846, 5639, 5706, 1304, 9422, 5697, 4513, 1694, 2, 3, 4]
        .map((seed): Event => ['edit', 0, seed]),
    ],
  ],
  [
    '[P9] accepts what a stock client has typed when frames of its lost connection still arrive',
    { ...options, clients: 'esses', rowBytes: 60 },
    [
      ['present', 2, 5472],
      ['connect', 2],
      ['connect', 1],
      ['up', 0, 50],
      ['up', 0, 50],
      ['pass', 60],
      ['down', 0, 50],
      ['down', 0, 50],
      ['cut', 1],
      ['up', 0, 50],
      ['up', 0, 50],
      ['connect', 1],
      ['up', 0, 1],
      ['edit', 1, 9718],
      ['up', 2, 2],
      ['pass', 16_000],
      ['down', 3, 4],
      ['up', 4, 3],
    ],
  ],
  [
    '[P5] keeps a stock client when the wall clock is set back while it is asked whether it is alive',
    { ...options, seed: 4363, clients: 'eseer' },
    [
      ['connect', 4],
      ['up', 3, 3],
      ['down', 4, 4],
      ['up', 4, 1],
      ['skew', 3_600_000],
      ['connect', 0],
      ['skew', 5000],
      ['pass', 40_000],
    ],
  ],
  [
    '[P5] a client answers a withdrawal that overtakes its renewal',
    { ...options, seed: 5887, clients: 'ees', rowBytes: 1_048_576 },
    [
      ['connect', 0],
      ['up', 1, 3],
      ['connect', 2],
      ['pass', 1000],
      ['present', 0, 1619],
      ['up', 3, 2],
      ['down', 4, 4],
      ['up', 0, 3],
      ['skew', 3_600_000],
    ],
  ],
  [
    '[P7] receives again what it loses with the structs that a fork moves',
    { ...options, seed: 9640, clients: 'eee', rowBytes: 200 },
    [
      ['edit', 1, 2027],
      ['edit', 0, 4239],
      ['forge', 0, 1675404],
      ['forge', 0, 1255700],
      ['forge', 8, 1300588],
      ['compact', 1, 0],
      ['edit', 1, 6177],
    ],
  ],
  [
    '[P7] finds forged lines in another list',
    { ...options, seed: 9884, clients: 'eer', rowBytes: 1_048_576, tailRows: 40 },
    [
      ['edit', 1, 7172],
      ['vanish', 1, 1],
      ['edit', 1, 6275],
      ['edit', 1, 3661],
      ['forge', 5, 70962632],
      ['forge', 0, 503152],
    ],
  ],
  [
    '[P5] removes a client that leaves while the log cannot be read',
    { ...options, seed: 2768, clients: 'sessr', rowBytes: 60, tailRows: 4 },
    [
      ['connect', 3],
      ['edit', 3, 678],
      ['connect', 4],
      ['up', 0, 50],
      ['up', 0, 50],
      ['cut', 4],
      ['connect', 1],
      ['fail', 4],
      ['evict'],
      ['notice', 2],
    ],
  ],
];

describe('regressions found by the simulator', () => {
  for (const [what, options, events] of found) it(what, () => void replay(options, events));
});
