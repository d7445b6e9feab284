import { describe, expect, it } from 'vitest';
import { Reader } from '../../../../worker/core/render/reader.ts';
import { type, worldWithText } from '../../../support/world-with-text.ts';

function largeDocument() {
  const { world, jobs, ann } = worldWithText();
  return { world, jobs, ann, reader: new Reader(world.log, world.host) };
}

describe('rendering a large document', () => {
  it('[R25] runs one job for all concurrent readers of a format', async () => {
    const { world, jobs, reader } = largeDocument();
    const results = [reader.read('txt', []), reader.read('txt', []), reader.read('md', [])];
    expect(jobs.pending).toHaveLength(2);
    jobs.finish();
    jobs.finish();
    for (const result of await Promise.all(results)) {
      expect(result).toMatchObject({ status: 'read', tag: `1.${world.log.epoch}` });
    }
    // Rendered already.
    expect(reader.read('txt', [])).toMatchObject({ status: 'read', body: 'some words' });
    expect(await reader.read('txt', [`1.${world.log.epoch}`])).toMatchObject({
      status: 'unchanged',
    });
  });

  it('[R21] [R23] leads readers from one revision to the next', async () => {
    const { world, jobs, ann, reader } = largeDocument();
    const page = reader.read('page', []);
    jobs.finish();
    const first = await page;
    const since = first.status === 'read' ? first.tag : null;
    type(world, ann, ' and more');
    world.pass(60_000);
    const [next, whole] = [reader.changes(since), reader.changes(null)];
    expect(jobs.pending).toHaveLength(1);
    jobs.finish();
    const changes = await next;
    expect(changes).toMatchObject({ status: 'read', tag: `2.${world.log.epoch}` });
    const body = changes.status === 'read' ? JSON.parse(changes.body) : null;
    expect(body).toMatchObject({ version: `2.${world.log.epoch}`, from: since });
    expect(body.blocks[0].html).toContain('some words and more');
    const all = await whole;
    expect(all.status === 'read' && JSON.parse(all.body)).not.toHaveProperty('from');
  });

  it('[P8] [R22] is unavailable after it did not finish, in that format only', async () => {
    const { world, jobs, reader } = largeDocument();
    const failed = reader.read('html', []);
    jobs.expire();
    expect(await failed).toEqual({ status: 'unavailable', retryAfter: 60 });
    world.pass(10_000);
    expect(await reader.read('html', [])).toEqual({ status: 'unavailable', retryAfter: 50 });
    expect(jobs.pending).toEqual([]);
    const text = reader.read('txt', []);
    jobs.finish();
    expect(await text).toMatchObject({ status: 'read', body: 'some words' });
    world.pass(50_000);
    const again = reader.read('html', []);
    jobs.finish();
    expect(await again).toMatchObject({ status: 'read' });
    expect([...world.log.unfinished]).toEqual([]);
  });

  it('[P8] is tried four times, and again when the content has changed', async () => {
    const { world, jobs, ann } = largeDocument();
    for (let attempt = 0; attempt < 4; attempt++) {
      const failed = new Reader(world.log, world.host).read('html', []);
      jobs.expire();
      await failed;
      world.pass(100 * 60_000);
      // Also after a restart.
      world.crash();
    }
    const later = new Reader(world.log, world.host);
    expect(await later.read('html', [])).toEqual({ status: 'unavailable', retryAfter: 3600 });
    ann.connect();
    world.settle();
    type(world, ann, '!');
    const again = later.read('html', []);
    jobs.finish();
    expect(await again).toMatchObject({ status: 'read' });
  });

  it('[P8] goes on when the disk is full', async () => {
    const { world, jobs } = largeDocument();
    const { query } = world.sql;
    world.sql.query = function (statement: string, ...bindings) {
      if (!/^\s*SELECT/i.test(statement)) throw new Error('database or disk is full');
      return query.call(this, statement, ...bindings);
    };
    const reading = new Reader(world.log, world.host).read('txt', []);
    jobs.finish();
    expect(await reading).toMatchObject({ status: 'read' });
  });
});
