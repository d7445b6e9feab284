import { describe, expect, it, vi } from 'vitest';
import { historyLimits, workLimits } from '../../../../protocol/limits.ts';
import { History } from '../../../../worker/core/history/history.ts';
import { DocumentWork, OverloadError } from '../../../../worker/core/work/document-work.ts';
import { HistoryWorld, minute } from './history-world.ts';

const { pause, interval } = historyLimits;

function worldWith(text: string): HistoryWorld {
  const world = new HistoryWorld();
  world.ann.type(text);
  return world;
}

describe('a version is kept', () => {
  it('[P12] before the first change after a pause', () => {
    const world = worldWith('before');
    world.pass(pause - 1).ann.type(' and on');
    expect(world.versions()).toEqual([]);
    const { now } = world;
    world.pass(pause).ann.type(' after');
    expect(world.versions()).toEqual([{ version: 2, at: now, reason: 'pause', name: null }]);
    expect(world.read(2)).toBe('before and on');
  });

  it('[P12] in the list, as soon as the pause is long enough', () => {
    const world = worldWith('before');
    world.pass(pause);
    expect(world.versions()).toMatchObject([{ version: 1, reason: 'pause' }]);
    world.ann.type(' after');
    expect(world.numbers()).toEqual([1]);
  });

  it('[P12] after half an hour without a pause', () => {
    const world = worldWith('0');
    for (let minutes = 1; minutes <= 65; minutes++) world.pass(minute).ann.type(` ${minutes}`);
    const reasons = world.versions().map(({ version, reason }) => [version, reason]);
    expect(reasons).toEqual([[interval / minute, 'interval'], [2 * interval / minute, 'interval']]);
  });

  it('[P12] before most of the content is deleted', () => {
    const world = worldWith('a text of forty characters, about to go.');
    world.ann.text.delete(0, 19);
    expect(world.versions()).toEqual([]);
    world.ann.text.delete(0, 20);
    expect(world.versions()).toMatchObject([{ version: 2, reason: 'deletion' }]);
    world.compact();
    expect(world.read(2)).toBe('racters, about to go.');
    expect(world.read(3)).not.toContain('racters');
  });

  it('[P12] not before a short deletion', () => {
    const world = worldWith('a short line');
    world.ann.text.delete(0, 12);
    expect(world.versions()).toEqual([]);
  });

  it('[P12] under a name that an editor gives it, for the version at that time', () => {
    const world = worldWith('one');
    expect(world.name('First')).toMatchObject({ version: 1, reason: 'name', name: 'First' });
    world.ann.type(' two');
    world.compact();
    expect(world.versions()).toMatchObject([{ version: 1, name: 'First' }]);
    expect(world.read(1)).toBe('one');
  });

  it('[P12] when the newest version is the snapshot', () => {
    const world = worldWith('one');
    world.compact();
    world.name('First');
    world.ann.type(' two');
    world.compact();
    expect([world.numbers(), world.read(1)]).toEqual([[1], 'one']);
  });

  it('[P12] once, whatever the clock does', () => {
    const world = worldWith('one');
    world.pass(-60 * minute).ann.type(' two');
    world.pass(60 * minute).ann.type(' three');
    expect(world.numbers()).toEqual([2]);
    world.compact();
    expect(world.numbers()).toEqual([2]);
  });

  it('[P12] of what an older version of the service has stored', () => {
    for (const isCompacted of [false, true]) {
      const world = worldWith('old');
      if (isCompacted) world.compact();
      world.sql.query('UPDATE updates SET at = NULL');
      world.sql.query('UPDATE document SET compacted_at = NULL, unversioned_at = NULL');
      world.wake();
      world.ann.type(' and new');
      expect(world.numbers()).toEqual([1]);
      world.compact();
      expect([world.numbers(), world.read(1)]).toEqual([[1], 'old']);
    }
  });
});

describe('the cost of versions', () => {
  it('[P2] [P4] a keystroke is one statement, and reading versions writes nothing', () => {
    const world = worldWith('one');
    world.ann.type(' two');
    let writes = 0;
    const { sql } = world;
    const query = sql.query.bind(sql);
    sql.query = (statement, ...bindings) => {
      if (!/^\s*SELECT/.test(statement)) writes++;
      return query(statement, ...bindings);
    };
    world.ann.type(' three');
    expect(writes).toBe(1);
    world.pass(24 * 60 * minute);
    world.versions();
    world.fingerprints(2);
    expect(writes).toBe(1);
  });

  it('[P12] thins out with age, except names', () => {
    const world = worldWith('start');
    for (let hour = 0; hour < 40 * 24; hour += 2) {
      world.pass(119 * minute).ann.type(` ${hour}`);
      world.pass(minute).ann.type('.');
      if (hour === 100) world.name('Draft');
      if (hour % 200 === 0) world.compact();
    }
    world.compact();
    const ages = world.versions().map(({ at, name }) => ({
      days: (world.now - at) / 86_400_000,
      name,
    }));
    const older = ages.filter(({ days }) => days > 10);
    expect(ages.filter(({ days }) => days <= 1).length).toBeGreaterThanOrEqual(10);
    expect(older.length).toBeLessThan(50);
    expect(older.length).toBeGreaterThanOrEqual(30);
    expect(ages.filter(({ name }) => name === 'Draft')).toHaveLength(1);
    for (const version of world.numbers()) {
      const truth = world.truth.get(version);
      expect(world.fingerprints(version)).toEqual([truth, truth]);
    }
  });

  it('[P8] limits the versions with a name', () => {
    const world = worldWith('.');
    for (let count = 0; count < historyLimits.names; count++) {
      world.name(`Draft ${count}`);
      world.ann.type('.');
    }
    expect(world.history.name('One more')).toMatchObject({ code: 'limit-reached' });
    // The name of a version can be changed.
    expect(world.history.rename(1, 'Renamed')).toMatchObject({ version: 1, name: 'Renamed' });
    world.history.remove(1);
    expect(world.history.name('One more')).toMatchObject({ name: 'One more' });
  });

  it('[P8] every request about versions pays for its work', () => {
    const world = worldWith('one');
    const work = new DocumentWork({ monotonicNow: () => 0 });
    const history = new History(world.log, { ...world.host, work });
    history.name('First');
    work.charge(workLimits.document.burst + 1);
    for (
      const request of [
        () => history.list(),
        () => history.read(1, 'txt'),
        () => history.state(1),
        () => history.name('Again'),
        () => history.rename(1, 'Again'),
        () => history.remove(1),
      ]
    ) expect(request).toThrow(OverloadError);
  });

  it('[P8] nothing is read for a request that cannot be paid', () => {
    const world = worldWith('one');
    const work = new DocumentWork({ monotonicNow: () => 0 });
    const history = new History(world.log, { ...world.host, work });
    work.charge(workLimits.document.burst + 1);
    const reading = vi.spyOn(world.log, 'allUpdates');
    expect(() => history.read(1, 'txt')).toThrow(OverloadError);
    expect(() => history.state(1)).toThrow(OverloadError);
    expect(reading).not.toHaveBeenCalled();
  });

  it('[P8] reading a version pays for the steps of its document', () => {
    const world = worldWith('one');
    Object.defineProperty(world.log, 'loadingUnits', { value: workLimits.document.burst + 1 });
    const work = new DocumentWork({ monotonicNow: () => 0 });
    const history = new History(world.log, { ...world.host, work });
    history.read(1, 'txt');
    expect(work.hasCapacity).toBe(false);
  });

  it('[P8] never keeps a log from being compacted', () => {
    const world = worldWith('one');
    world.pass(pause).ann.type(' two');
    for (let attempt = 0; attempt < 3; attempt++) {
      const { unfinished, version } = world.log;
      unfinished.add(unfinished.next('compact', version, world.now));
    }
    const taken = world.log.takeForCompaction();
    expect(taken?.history.plan.after).toEqual([]);
    if (taken) world.finish(taken);
    expect(world.log.tail()).toEqual([]);
  });
});

describe('a deleted version', () => {
  it('[P12] takes its content with it', () => {
    const world = worldWith('kept');
    world.pass(pause).ann.type(' SECRET');
    world.pass(pause).ann.text.delete(4, 7);
    world.pass(pause).ann.type(' again');
    world.compact();
    expect(world.stores('SECRET')).toBe(true);
    expect(world.history.remove(2)).toBe(null);
    expect(world.stores('SECRET')).toBe(false);
    expect(world.numbers()).toEqual([1, 3]);
    expect([world.read(1), world.read(2), world.read(3)]).toEqual(['kept', null, 'kept']);
    expect(world.history.remove(2)).toMatchObject({ code: 'not-found' });
  });

  it('[P12] of the tail is not found again', () => {
    const world = worldWith('one');
    world.pass(pause).ann.type(' two');
    world.history.remove(1);
    expect([world.numbers(), world.read(1)]).toEqual([[], null]);
    world.compact();
    expect([world.numbers(), world.read(1)]).toEqual([[], null]);
    world.pass(pause).ann.type(' three');
    world.history.remove(2);
    world.compact();
    expect(world.numbers()).toEqual([]);
    expect(world.stores('one two three')).toBe(true);
  });
});
