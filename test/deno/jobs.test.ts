import assert from 'node:assert/strict';
import * as Y from 'yjs';
import { readSettings } from '../../worker/access/settings.ts';
import { migrate } from '../../worker/core/log/migrations.ts';
import { fileNameOf } from '../../worker/deno/file-name.ts';
import { packBytes, unpackBytes } from '../../worker/deno/jobs/job-bytes.ts';
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

Deno.test('[P8] bytes are packed as buffers, which Deno does not look into, and restored', () => {
  const part = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
  const answer = () => ({
    status: 'done',
    result: { update: new Uint8Array(100_000).fill(7), steps: 3, removal: null, body: 'text' },
    updates: [part, new Uint8Array(0)],
  });
  const { message, moved } = packBytes(answer());
  assert.equal(JSON.stringify(message).includes('7,7'), false);
  assert.equal(moved.length, 3);
  assert.deepEqual(unpackBytes(structuredClone(message, { transfer: moved })), answer());
  assert.deepEqual([...part], [1, 2]);
});

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

Deno.test('[P8] long content of a new document is written in a thread, beside other work', async () => {
  const pool = new JobPool();
  const source = { title: null, text: null, markdown: '- *a* **b**\n\n'.repeat(1000) };
  const events: string[] = [];
  const written = pool.write('new', source).then(({ update }) => {
    events.push('written');
    return update;
  });
  await new Promise((resolve) => setTimeout(resolve));
  events.push('other');
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await written);
  assert.deepEqual(events, ['other', 'written']);
  assert.equal(doc.getXmlFragment('lines').length, 1000);
  const lines = { ...source, markdown: '\n'.repeat(100_001) };
  await assert.rejects(pool.write('new', lines), RangeError);
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

Deno.test('[P8] [R22] a book of 20 MB is rendered and compacted beside other requests', async () => {
  using folder = tempFolder();
  Deno.mkdirSync(`${folder.path}/documents`);
  const path = `${folder.path}/documents/${fileNameOf('book')}`;
  storeOldDocument(path, [bookOfLines(20_000, 1000)]);
  const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });
  const service = await startService({
    host: '127.0.0.1',
    port: 0,
    data: folder.path,
    proxies: [],
    web: '',
    settings,
  });
  const order: string[] = [];
  const read = fetch(`${service.url}/docs/book.html`).then(async (answer) => {
    const html = await answer.text();
    order.push('book');
    assert.equal(answer.status, 200);
    assert.ok(html.length > 20_000_000 && html.includes('Line 19999'));
  });
  for (let i = 0; i < 20; i++) {
    order.push(await (await fetch(`${service.url}/healthz`)).text());
  }
  assert.equal(order.includes('book'), false);
  await read;
  service.documents.get('book').use((document) => document.alarm());
  // The document is not idle while a job runs.
  while (!service.documents.get('book').isIdle) await new Promise((wait) => setTimeout(wait, 50));
  await service.stop();
  const sql = new FileSql(path);
  assert.deepEqual(sql.query('SELECT version FROM updates'), []);
  assert.deepEqual(sql.query('SELECT job FROM unfinished'), []);
  sql.close();
});

/** A document whose lines have so many characters each. */
function bookOfLines(count: number, length: number): Uint8Array {
  const doc = new Y.Doc();
  const lines = Array.from({ length: count }, (_, i) => {
    const line = new Y.XmlElement('paragraph');
    line.insert(0, [new Y.XmlText(`Line ${i} `.padEnd(length, 'of a long book '))]);
    return line;
  });
  doc.getXmlFragment('lines').insert(0, lines);
  return Y.encodeStateAsUpdate(doc);
}
