import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../../worker/core/jobs/document-problems.ts';
import { compactionJob } from '../../../../worker/core/log/update-log.ts';
import { worldWithText } from '../../../support/world-with-text.ts';

const hours = 60 * 60_000;

describe('the problems of a document', () => {
  it('[P8] name a job that was given up, also after a wake, until it succeeds', () => {
    const { world, jobs, ann } = worldWithText();
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(problemsOf(world.log, world.now)).toEqual([]);
      world.room.compact();
      jobs.expire();
      world.pass(2 * hours);
    }
    world.evict();
    const given = { affects: 'compaction', attempts: 4, detail: expect.stringContaining('slowly') };
    expect(problemsOf(world.log, world.now)).toEqual([{ ...given, nextAttempt: null }]);
    // A change permits another attempt.
    ann.type('!');
    world.settle();
    const nextAttempt = new Date(world.now).toISOString();
    expect(problemsOf(world.log, world.now)).toEqual([{ ...given, nextAttempt }]);
    expect(world.log.unfinished.get(compactionJob)).not.toBeNull();
    world.room.compact();
    jobs.finish();
    expect(problemsOf(world.log, world.now)).toEqual([]);
  });
});
