/**
 * Every version is what the document was then. For more seeds: EDGEPAD_HISTORY_SEEDS=2000.
 */
import { describe, expect, it } from 'vitest';
import { historyLimits } from '../../../../protocol/limits.ts';
import type { TakenLog } from '../../../../worker/core/log/compaction.ts';
import { edit, erase } from '../../../support/simulator/edits.ts';
import { Random } from '../../../support/random.ts';
import { HistoryWorld, minute } from './history-world.ts';

const seeds = Number(process.env.EDGEPAD_HISTORY_SEEDS ?? 12);
const steps = 200;

/** Random work of three people, with every event that may happen to the document. */
function run(seed: number): HistoryWorld {
  const random = new Random(seed);
  const world = new HistoryWorld(3);
  let taken: TakenLog | null = null;
  const events: Record<string, () => void> = {
    pause: () => void world.pass(6 * minute),
    day: () => void world.pass(random.pick([60 * minute, 24 * 60 * minute])),
    skew: () => void world.pass(-10 * minute),
    compact: () => world.compact(),
    take: () => void (taken = world.log.takeForCompaction()),
    finish: () => {
      if (taken) world.finish(taken);
      taken = null;
    },
    sleep: () => {
      world.wake();
      taken = null;
    },
    crash: () => {
      world.crash();
      taken = null;
    },
    // The n-th statement of a compaction is the last one of the process.
    die: () => {
      let statements = 1 + random.below(30);
      world.sql.fault = () => {
        if (--statements <= 0) throw new Error('killed');
      };
      try {
        world.compact();
      } catch { /* killed */ }
      world.sql.fault = null;
      world.crash();
      taken = null;
    },
    name: () => void (world.log.version > 0 && world.name(`Draft ${world.log.version}`)),
    remove: () => {
      const versions = world.numbers();
      if (versions.length > 0) world.history.remove(random.pick(versions));
    },
  };
  for (let step = 0; step < steps; step++) {
    const person = random.pick(world.people);
    world.pass(random.below(minute));
    const sort = random.below(20);
    if (sort < 9) edit(person.doc, random);
    else if (sort < 11) erase(person.doc, random);
    else if (sort < 15) person.read(1 + random.below(4));
    else events[random.pick(Object.keys(events))]?.();
  }
  return world;
}

describe('versions after random work', () => {
  it(`[P12] are what the document was, and so is every moment of the tail (${seeds} seeds)`, () => {
    let stored = 0;
    let automatic = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const world = run(seed);
      const { version: compacted } = world.log.versions.readStart();
      const versions = world.versions();
      const moments = world.log.storedTail().map(({ version }) => version)
        .filter((version) => world.read(version) !== null);
      for (const version of [...versions.map((one) => one.version), ...moments]) {
        const truth = world.truth.get(version);
        expect(world.fingerprints(version), `version ${version} of seed ${seed}`)
          .toEqual([truth, truth]);
      }
      stored += versions.filter(({ version }) => version < compacted).length;
      automatic += versions.filter(({ reason }) => reason !== 'name').length;
    }
    // The work above makes them.
    expect(stored).toBeGreaterThan(3 * seeds);
    expect(automatic).toBeGreaterThan(3 * seeds);
  }, 600_000);

  it('[P12] remain what they were after a compaction makes them', () => {
    for (let seed = 1; seed <= seeds / 4; seed++) {
      const world = run(seed);
      world.pass(6 * minute);
      const before = world.numbers();
      world.compact();
      expect(world.numbers(), `seed ${seed}`).toEqual(before);
    }
  }, 600_000);

  it('[P12] are what they were when most of them have been removed', () => {
    for (let seed = 1; seed <= seeds / 4; seed++) {
      const world = run(seed);
      for (const version of world.numbers()) if (version % 3) world.history.remove(version);
      world.compact();
      for (const version of world.numbers()) {
        const truth = world.truth.get(version);
        expect(world.fingerprints(version), `version ${version} of seed ${seed}`)
          .toEqual([truth, truth]);
      }
    }
  }, 600_000);
});

describe('a flood', () => {
  it('[P8] [P12] of small versions stays within the limit, and honest versions remain', () => {
    const world = new HistoryWorld();
    world.ann.type('An honest line.');
    world.pass(6 * minute).ann.type(' Another.');
    const start = world.ann.text.length;
    for (let round = 0; round < historyLimits.versions + 100; round++) {
      world.ann.type('flood '.repeat(20));
      world.ann.text.delete(start, world.ann.text.length - start);
      if (round % 200 === 0) world.compact();
    }
    world.compact();
    expect(world.numbers().length).toBeLessThanOrEqual(historyLimits.versions);
    expect(world.numbers()[0]).toBe(1);
    for (const version of [1, ...world.numbers().slice(-5)]) {
      const truth = world.truth.get(version);
      expect(world.fingerprints(version)).toEqual([truth, truth]);
    }
  }, 120_000);

  it('[P8] [P12] of large changes stays within the limit, and honest versions remain', () => {
    const world = new HistoryWorld();
    for (let day = 0; day < 20; day++) {
      world.pass(24 * 60 * minute).ann.type(`Day ${day}. `);
    }
    world.pass(24 * 60 * minute).compact();
    const honest = world.numbers();
    expect(honest).toHaveLength(20);
    const start = world.ann.text.length;
    const line = 'A line of a flood. '.repeat(20_000);
    for (let round = 0; round < 24; round++) {
      world.pass(6 * minute).ann.type(`${round} ${line}`);
      world.pass(6 * minute).ann.text.delete(start, world.ann.text.length - start);
      world.compact();
    }
    const { versions, bytes } = world.history.list();
    expect(bytes).toBeLessThanOrEqual(historyLimits.minBytes);
    expect(versions.map(({ version }) => version)).toEqual(expect.arrayContaining(honest));
    for (const version of honest) {
      const truth = world.truth.get(version);
      expect(world.fingerprints(version)).toEqual([truth, truth]);
    }
  }, 120_000);
});
