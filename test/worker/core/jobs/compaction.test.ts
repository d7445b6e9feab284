import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { compactionJob } from '../../../../worker/core/log/update-log.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { type World } from '../../../support/world.ts';
import { type, worldWithText } from '../../../support/world-with-text.ts';
import { forge, item, text } from '../update/forge-updates.ts';

const minute = 60_000;

function contentOf(world: World): string {
  return world.stored().getText('content').toString();
}

/** When compaction may start again, in milliseconds from now. */
function delayOf(world: World): number {
  const { unfinished, version } = world.log;
  return unfinished.startableAt(compactionJob, version, world.now) - world.now;
}

describe('compaction of a large document', () => {
  it('[P1] [P3] keeps what is stored and broadcast while it runs', () => {
    const { world, jobs, ann } = worldWithText();
    const bob = world.client().connect();
    world.settle();
    world.room.compact();
    type(world, ann, ' and more');
    expect(ann.unanswered).toBe(0);
    expect(bob.text.toString()).toBe('some words and more');
    const { version } = world.log;
    jobs.finish();
    expect(world.log.version).toBe(version);
    expect(world.log.tail()).toHaveLength(1);
    expect(contentOf(world)).toBe('some words and more');
    expect(world.log.state.encodeStateVector()).toEqual(Y.encodeStateVector(world.stored()));
    // The clients go on, also after a wake.
    world.evict();
    type(world, bob, '!');
    expect(ann.text.toString()).toBe('some words and more!');
    expect(contentOf(world)).toBe('some words and more!');
  });

  it('[P3] broadcasts the removal of unreadable content as the newest update', () => {
    const { world, jobs, ann } = worldWithText();
    const hostile = new Y.Doc();
    hostile.getArray('lines').insert(0, [null]);
    // As if an older version of the service had stored it.
    world.sql.query(
      'INSERT INTO updates (version, part, data) VALUES (?, 0, ?)',
      world.log.version + 1,
      Y.encodeStateAsUpdate(hostile),
    );
    world.evict();
    const bob = world.client().connect();
    world.settle();
    expect(bob.doc.getXmlFragment('lines').length).toBe(1);
    world.room.compact();
    type(world, ann, ' and more');
    const { version } = world.log;
    jobs.finish();
    world.settle();
    expect(world.log.version).toBe(version + 1);
    expect(bob.doc.getXmlFragment('lines').length).toBe(0);
    // A client that missed it resumes from the version before.
    expect(world.log.since(version)).toHaveLength(1);
    expect(contentOf(world)).toBe('some words and more');
  });

  it('[P3] is discarded when the log was compacted meanwhile', () => {
    const { world, jobs, ann } = worldWithText();
    world.room.compact();
    type(world, ann, ' and');
    world.room.compact();
    jobs.finish();
    const snapshot = world.log.snapshot();
    type(world, ann, ' more');
    jobs.finish();
    expect(world.log.snapshot()).toEqual(snapshot);
    expect(contentOf(world)).toBe('some words and more');
  });

  it('[S3] is discarded when the document was deleted meanwhile', () => {
    const { world, jobs } = worldWithText();
    world.room.compact();
    for (const table of ['document', 'updates', 'unfinished']) {
      world.sql.query(`DELETE FROM ${table}`);
    }
    world.log.invalidate();
    jobs.finish();
    expect(world.log.exists).toBe(false);
    for (const table of ['document', 'snapshot', 'updates', 'unfinished']) {
      expect(world.sql.query(`SELECT * FROM ${table}`), table).toEqual([]);
    }
  });

  it('[P8] is noted before it starts, and is not the first work after the process has ended', () => {
    const { world, jobs } = worldWithText();
    world.room.compact();
    expect([...world.log.unfinished]).toMatchObject([{ job: 'compact', attempts: 1 }]);
    jobs.lose();
    world.crash();
    expect(delayOf(world)).toBe(minute);
    world.pass(minute);
    expect(delayOf(world)).toBeLessThanOrEqual(0);
    world.room.compact();
    jobs.finish();
    expect([...world.log.unfinished]).toEqual([]);
    expect(world.log.tail()).toEqual([]);
  });

  it('[P8] backs off, is given up after four attempts, and starts again after a change', () => {
    const { world, jobs, ann } = worldWithText();
    for (const minutes of [1, 4, 16]) {
      world.room.compact();
      jobs.expire();
      expect(delayOf(world)).toBe(minutes * minute);
      world.pass(minutes * minute);
    }
    world.room.compact();
    jobs.expire();
    world.pass(1000 * minute);
    expect(delayOf(world)).toBe(Infinity);
    expect(world.reports).toEqual(Array(4).fill('job failed'));
    // The document goes on.
    type(world, ann, ' and more');
    expect(contentOf(world)).toBe('some words and more');
    expect(delayOf(world)).toBeLessThanOrEqual(0);
    world.room.compact();
    jobs.finish();
    expect([...world.log.unfinished]).toEqual([]);
  });

  it('[P8] a wall clock that was set back does not delay an attempt for longer', () => {
    const { world, jobs } = worldWithText();
    world.room.compact();
    jobs.expire();
    const { unfinished, version } = world.log;
    expect(unfinished.startableAt(compactionJob, version, world.now - 48 * 60 * minute)).toBe(0);
  });

  it('[P2] a small document is compacted at once, and nothing is noted', () => {
    const { world, jobs } = worldWithText();
    jobs.inlineWork = 64 * 1024;
    world.room.compact();
    expect(jobs.pending).toEqual([]);
    expect(world.log.tail()).toEqual([]);
  });
});

describe('the work of a document', () => {
  it('[P8] counts items and steps, also after a wake, and is unknown for what an older version stored', () => {
    const { world } = worldWithText();
    // One item in one list, of one client.
    expect(world.log.work).toBe(world.log.bytes + 2 * 10 + 25);
    // Each is inserted after those before it.
    for (let client = 1; client <= 600; client++) {
      const update = forge([[client, 0, [item({}, text('x'))]]]);
      const validated = validateUpdate(update, world.log.state);
      if (validated.type === 'gap') throw new Error('Unexpected gap');
      world.log.append(world.log.admit(update)!, validated.contents, null);
    }
    const { work, bytes } = world.log;
    expect(work).toBeGreaterThan(bytes + 100_000);
    world.evict();
    expect(world.log.work).toBeGreaterThan(bytes + (work - bytes) / 2);
    world.sql.query('UPDATE document SET steps = NULL');
    world.evict();
    expect(world.log.work).toBeGreaterThan(work);
  });
});
