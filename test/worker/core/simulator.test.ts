/**
 * The promises of the core under everything that can go wrong: test/support/simulator.ts says how.
 * `EDGEPAD_SEEDS=20000 npx vitest run test/core/simulator`, or `npm run simulate`, tries more.
 */
import { describe, expect, it } from 'vitest';
import { type Cast, type Event, replay, simulate } from '../../support/simulator.ts';

const seeds = Number(process.env.EDGEPAD_SEEDS ?? 600);
const steps = 150;
/** Seeds in one test, so that a report says which hundred is at fault. */
const batch = 500;

describe('no promise is broken, whatever happens', () => {
  for (let first = 1; first <= seeds; first += batch) {
    const last = Math.min(seeds, first + batch - 1);
    it(`[P1 P3 P5 P8] seeds ${first} to ${last}, ${steps} events each`, () => {
      for (let seed = first; seed <= last; seed++) simulate(seed, steps);
    }, 600_000);
  }
});

/** Two of ours and a stock client; every update lies in parts. */
const cast: Cast = { seed: 1, people: 'oos', rowBytes: 24, tailRows: 500 };

const everybodyConnects: Event[] = [['connect', 0], ['connect', 1], ['connect', 2]];
const everythingArrives: Event[] = [
  ...[0, 1, 2].map((): Event => ['up', 0, 50]),
  ...[0, 1, 2].map((): Event => ['down', 0, 50]),
  ...[0, 1, 2].map((): Event => ['up', 0, 50]),
];

/** Typing, new clients, a look, a compaction, and once more on what it has left. */
const story: Event[] = [1, 2].flatMap((chapter): Event[] => [
  ...everybodyConnects,
  ...everythingArrives,
  ['edit', 0, 10 * chapter],
  ['edit', 1, 20 * chapter],
  ['present', 0, 30 * chapter],
  ['edit', 2, 40 * chapter],
  ...everythingArrives,
  ['erase', 1, 50 * chapter],
  ['pass', 60],
  ...everythingArrives,
  ['read', 0],
  ['compact', 1, 0],
  ['reload', 2, 1],
  ['edit', 0, 60 * chapter],
]);

describe('one thing goes wrong, wherever it can', () => {
  const accidents: [what: string, verb: 'fail' | 'die'][] = [
    ['the n-th statement fails', 'fail'],
    ['the process dies at the n-th statement', 'die'],
  ];
  for (const [what, verb] of accidents) {
    it(`[P1] ${what}, for every n`, () => {
      let n = 1;
      while (replay(cast, [[verb, n], ...story]) > 0) n++;
      expect(n).toBeGreaterThan(50);
    }, 120_000);
  }

  const interruptions: [what: string, Event][] = [
    ['the room hibernates', ['evict']],
    ['the process dies', ['crash', 0]],
    ['somebody loses the connection', ['cut', 0]],
    ['the log is compacted', ['compact', 1, 0]],
    ['the clock is set back', ['skew', -3_600_000]],
    ['commits become slow', ['slowDown']],
  ];
  for (const [what, event] of interruptions) {
    it(`[P1 P3 P5] ${what}, after every event`, () => {
      for (let at = 0; at <= story.length; at++) {
        replay(cast, [...story.slice(0, at), event, ...story.slice(at)]);
      }
    }, 120_000);
  }

  it('[P4] the room hibernates after each of all events', () => {
    replay(cast, story.flatMap((event): Event[] => [event, ['evict']]));
  });
});

/** Runs that failed once, shrunk. What they show is said by their names. */
const found: [what: string, Cast, Event[]][] = [
  [
    '[P5] a clock set back does not end the renewals that stock clients live on',
    { ...cast, people: 'ss' },
    [['connect', 0], ['connect', 1], ['up', 0, 3], ['up', 0, 3], ['skew', -3_600_000]],
  ],
  [
    '[P5] who withdraws and leaves within the same moment is gone, also for who was greeted in it',
    { ...cast, people: 'oooo' },
    [['connect', 3], ['present', 3, 784], ['cut', 3], ['up', 0, 2], ['connect', 3]],
  ],
  [
    '[P5] who comes back while the old connection seems open is seen once that has ended',
    { ...cast, people: 'ooo' },
    [['connect', 2], ['cut', 2], ['up', 0, 3], ['connect', 2], ['up', 0, 3], ['up', 1, 3]],
  ],
  [
    '[P5] the end of a connection that was closed takes nobody away who is back by then',
    { ...cast, people: 'oo' },
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
    '[P4] nobody is sent a frame that says nothing',
    { ...cast, people: 'so' },
    [['connect', 1], ['cut', 1]],
  ],
  [
    '[P5] the echo of a stock client does not take the id of somebody who is about to be back',
    { ...cast, people: 'sooos', rowBytes: 60 },
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
    '[P5] nor does it shut out the writing of whose id it is',
    { ...cast, people: 'oss', rowBytes: 200 },
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
    '[P9] a stock client that comes back with edits and types on at once is not refused',
    { ...cast, people: 's' },
    [
      ['edit', 0, 4508],
      ['connect', 0],
      ...[3789, 4846, 5639, 5706, 1304, 9422, 5697, 4513, 1694, 2, 3, 4]
        .map((seed): Event => ['edit', 0, seed]),
    ],
  ],
];

describe('found by the simulator', () => {
  for (const [what, cast, events] of found) it(what, () => void replay(cast, events));
});
