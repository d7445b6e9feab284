import assert from 'node:assert/strict';
import * as Y from 'yjs';
import { readSettings } from '../../worker/access/settings.ts';
import { migrate } from '../../worker/core/log/migrations.ts';
import { fileNameOf } from '../../worker/deno/file-name.ts';
import { JobPool } from '../../worker/deno/jobs/job-pool.ts';
import { startService } from '../../worker/deno/service.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { tempFolder } from './temp-folder.ts';

/**
 * Items of which each is inserted at one place among those of clients with lower ids, and so takes a
 * step with every one: no version of the service accepts so many.
 */
function slowUpdates(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const doc = new Y.Doc();
    doc.clientID = i + 1;
    doc.getText('content').insert(0, 'x');
    return Y.encodeStateAsUpdate(doc);
  });
}

/** Stores updates as an older version of the service, which did not count steps. */
function storeOldDocument(path: string, updates: readonly Uint8Array[]): void {
  const sql = new FileSql(path);
  sql.transaction(() => {
    migrate(sql);
    const epoch = '0123456789abcdef';
    sql.query('INSERT INTO document (id, epoch, created, compacted) VALUES (1, ?, 0, 0)', epoch);
    for (const [i, update] of updates.entries()) {
      sql.query('INSERT INTO updates (version, part, data) VALUES (?, 0, ?)', i + 1, update);
    }
  });
  sql.close();
}

function textDocument(text: string): Uint8Array[] {
  const doc = new Y.Doc();
  doc.getText('content').insert(0, text);
  return [Y.encodeStateAsUpdate(doc)];
}

Deno.test('[P8] a job past its deadline ends, and delays others in its thread no longer', async () => {
  const pool = new JobPool({ deadline: 4000 });
  const slow = slowUpdates(20_000);
  const job = (updates: readonly Uint8Array[]) =>
    ({ type: 'render', format: 'txt', updates }) as const;
  const failed = [pool.run('slow', job(slow)), pool.run('slow', job(slow))];
  // Of every thread one, so that one of them shares the thread of the slow jobs.
  const names = Array.from({ length: 64 }, (_, i) => `d${i}`);
  const others = names.map((name) => pool.run(name, job(textDocument(name))));
  // The second slow job starts after those.
  const first = await Promise.race([failed[1], Promise.all(others)]);
  assert.ok(Array.isArray(first));
  for (const [i, outcome] of first.entries()) {
    assert.equal(outcome.status === 'done' && outcome.result.body, `d${i}`);
  }
  for (const outcome of await Promise.all(failed)) {
    assert.equal(outcome.status, 'failed');
  }
  const next = await pool.run('slow', job(textDocument('again')));
  assert.equal(next.status, 'done');
  await pool.close();
  assert.deepEqual(await pool.run('slow', job([])), { status: 'stopped' });
});

Deno.test('[P8] a job that takes too much memory ends, and not the process', async () => {
  const pool = new JobPool({ deadline: 5000, heap: 16 });
  const doc = new Y.Doc();
  doc.getArray('a').insert(0, Array.from({ length: 300_000 }, () => new Y.Map()));
  const updates = [Y.encodeStateAsUpdate(doc)];
  const outcome = await pool.run('large', { type: 'render', format: 'json', updates });
  assert.equal(outcome.status, 'failed');
  await pool.close();
});

Deno.test('[P8] a document that takes too long delays no other, also after a restart', async () => {
  using folder = tempFolder();
  Deno.mkdirSync(`${folder.path}/documents`);
  storeOldDocument(`${folder.path}/documents/${fileNameOf('slow')}`, slowUpdates(20_000));
  const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });
  const options = { host: '127.0.0.1', port: 0, data: folder.path, proxies: [], web: '', settings };
  for (let start = 0; start < 2; start++) {
    const service = await startService({ ...options });
    const answers: string[] = [];
    const slow = fetch(`${service.url}/docs/slow.txt`).then(async (answer) => {
      answers.push('slow');
      assert.equal(answer.headers.get('retry-after') !== null, true);
      assert.equal(answer.status, 503);
      assert.equal((await answer.json()).code, 'not-rendered');
    });
    if (start === 0) {
      // Answered while the job runs.
      for (let i = 0; i < 20; i++) {
        const health = await fetch(`${service.url}/healthz`);
        answers.push(await health.text());
      }
      assert.equal(answers.includes('slow'), false);
    }
    // After the restart it is not tried at once.
    await slow;
    await service.stop();
  }
});
