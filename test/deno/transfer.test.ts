import assert from 'node:assert/strict';
import { fileNameOf } from '../../worker/deno/file-name.ts';
import { startService } from '../../worker/deno/service.ts';
import { FileInUseError, FileSql } from '../../worker/deno/sql.ts';
import { exportTo, importFrom } from '../../worker/deno/transfer.ts';
import { readSettings } from '../../worker/access/settings.ts';
import { tempFolder } from './temp-folder.ts';

const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });
const options = { host: '127.0.0.1', port: 0, proxies: [], settings, web: 'none' };

Deno.test('[M1] a document is exported and imported into another folder with its keys', async () => {
  using here = tempFolder();
  using there = tempFolder();
  const file = `${here.path}/notes.edgepad`;
  const first = await startService({ ...options, data: here.path });
  const made = await fetch(`${first.url}/docs`, { method: 'POST', body: '{"name":"Notes"}' });
  const { keys } = await made.json();
  // While the service uses the folder, both are rejected.
  assert.throws(() => exportTo(here.path, 'Notes', file), FileInUseError);
  await assert.rejects(() => importFrom(here.path, 'other', file), FileInUseError);
  await first.stop();

  exportTo(here.path, 'Notes', file);
  assert.throws(() => exportTo(here.path, 'Notes', file), Deno.errors.AlreadyExists);
  assert.throws(() => exportTo(here.path, 'notes', `${file}2`), /there is no document "notes"/);
  assert.equal(await importFrom(there.path, 'Copy', file), 0);
  await assert.rejects(
    () => importFrom(there.path, 'Copy', file),
    /the document "Copy" exists already/,
  );
  await assert.rejects(
    () => importFrom(there.path, 'bad', `${here.path}/documents/${fileNameOf('Notes')}`),
    /document file/,
  );
  assert.deepEqual(there.files('documents'), [fileNameOf('Copy')]);

  const second = await startService({ ...options, data: there.path });
  const headers = { authorization: `Bearer ${keys.own}` };
  const listed = await fetch(`${second.url}/docs/Copy/keys`, { headers });
  assert.equal(listed.status, 200);
  assert.equal((await listed.json()).keys.length, 3);
  const removed = await fetch(`${second.url}/docs/Copy`, { method: 'DELETE', headers });
  assert.equal(removed.status, 204);
  await second.stop();
  // Only the tombstone is left.
  const left = new FileSql(`${there.path}/documents/${fileNameOf('Copy')}`);
  assert.equal(left.query('SELECT * FROM deleted').length, 1);
  for (const table of ['document', 'updates', 'snapshot', 'keys', 'clients']) {
    assert.deepEqual(left.query(`SELECT * FROM ${table}`), [], table);
  }
  left.close();
});
