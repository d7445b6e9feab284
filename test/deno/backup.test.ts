import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import * as Y from 'yjs';
import { findDeno } from '../../scripts/deno-command.mjs';
import { encodeMessage } from '../../protocol/messages.ts';
import { backupNameOf } from '../../worker/deno/backup.ts';
import { fileNameOf } from '../../worker/deno/file-name.ts';
import { startService } from '../../worker/deno/service.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { importFrom } from '../../worker/deno/transfer.ts';
import { readSettings } from '../../worker/access/settings.ts';
import { tempFolder } from './temp-folder.ts';

const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });

Deno.test('[M1] a backup of a running service holds every document and can be imported', async () => {
  using folder = tempFolder();
  using there = tempFolder();
  const to = `${folder.path}/backup`;
  const parts = { host: '127.0.0.1', port: 0, proxies: [], settings, web: 'none' };
  const service = await startService({ ...parts, data: folder.path });
  const complete = { documents: 99, failures: [] };
  const names = Array.from({ length: 100 }, (_, i) => i % 2 ? `n${i}` : `N${i}`);
  for (const name of names) {
    const body = JSON.stringify({ name });
    await (await fetch(`${service.url}/docs`, { method: 'POST', body })).body?.cancel();
  }
  await (await fetch(`${service.url}/docs/n1`, { method: 'DELETE' })).body?.cancel();
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/docs/N2`);
  await new Promise((resolve) => socket.onopen = resolve);
  assert.deepEqual(await service.backUp(to), complete);
  // Again, into the same folder.
  assert.deepEqual(await service.backUp(to), complete);
  assert.equal(socket.readyState, WebSocket.OPEN);
  await service.stop();
  const expected = names.filter((name) => name !== 'n1').map(backupNameOf).sort();
  assert.deepEqual(folder.files('backup'), expected);
  for (const name of ['N0', 'N2', 'n99']) {
    assert.equal(await importFrom(there.path, name, `${to}/${backupNameOf(name)}`), 0);
  }
});

Deno.test('[M1] [M3] a backup goes on past damaged documents, names them and keeps their good copies', async () => {
  using folder = tempFolder();
  const to = `${folder.path}/backup`;
  const parts = { host: '127.0.0.1', port: 0, proxies: [], settings, web: 'none' };
  const damaged = ['broken', 'emptied', 'missing', 'older', 'rotten'];
  const names = [...damaged, 'a', 'z'];
  const file = (name: string) => `${folder.path}/documents/${fileNameOf(name)}`;
  const first = await startService({ ...parts, data: folder.path });
  for (const name of names) await write(first.url, name, `Text of ${name}. `.repeat(100));
  await first.stop();
  Deno.copyFileSync(file('older'), `${folder.path}/older`);
  const second = await startService({ ...parts, data: folder.path });
  await write(second.url, 'older', 'More text.');
  assert.deepEqual(await second.backUp(to), { documents: 7, failures: [] });
  await second.stop();
  const good = names.map((name) => Deno.readFileSync(`${to}/${backupNameOf(name)}`));

  Deno.writeFileSync(file('broken'), new Uint8Array(200).fill(0x5a));
  Deno.truncateSync(file('emptied'));
  Deno.removeSync(file('missing'));
  Deno.renameSync(`${folder.path}/older`, file('older'));
  const rotten = new FileSql(file('rotten'));
  rotten.query(
    `UPDATE updates SET data = CAST(substr(data, 1, 1) || X'00' || substr(data, 3) AS BLOB)`,
  );
  rotten.close();

  const third = await startService({ ...parts, data: folder.path });
  const { documents, failures } = await third.backUp(to);
  assert.match(third.metrics(), /^edgepad_backup_failed_documents 5$/m);
  await third.stop();
  assert.equal(documents, 2);
  assert.deepEqual(failures.map(({ document }) => document).sort(), damaged);
  const keepGood = () => {
    for (const [i, name] of names.entries()) {
      assert.deepEqual(Deno.readFileSync(`${to}/${backupNameOf(name)}`), good[i], name);
    }
  };
  keepGood();
  assert.ok(folder.files('backup').includes(`${backupNameOf('rotten')}.damaged`));

  // The same as a command, on a folder that no service uses.
  const main = fileURLToPath(new URL('../../worker/deno/transfer.ts', import.meta.url));
  const args = ['run', '-A', '--quiet', main, 'backup', to, '--data', folder.path];
  const { code, stderr } = await new Deno.Command(findDeno(), { args }).output();
  assert.equal(code, 1);
  const named = [...new TextDecoder().decode(stderr).matchAll(/^Cannot back up "(\w+)": /gm)];
  assert.deepEqual(named.map(([, name]) => name).sort(), damaged);
  keepGood();
});

Deno.test('[M1] a document that was created again replaces the backup of the deleted one', async () => {
  using folder = tempFolder();
  const to = `${folder.path}/backup`;
  const parts = { host: '127.0.0.1', port: 0, proxies: [], settings, web: 'none' };
  const service = await startService({ ...parts, data: folder.path });
  for (let i = 0; i < 3; i++) await write(service.url, 'again', `Text ${i}.`);
  assert.deepEqual(await service.backUp(to), { documents: 1, failures: [] });
  await (await fetch(`${service.url}/docs/again`, { method: 'DELETE' })).body?.cancel();
  assert.deepEqual(await service.backUp(to), { documents: 0, failures: [] });
  await write(service.url, 'again', 'Other text.');
  assert.deepEqual(await service.backUp(to), { documents: 1, failures: [] });
  await service.stop();
  using there = tempFolder();
  assert.equal(await importFrom(there.path, 'again', `${to}/${backupNameOf('again')}`), 1);
});

/** Creates a document with this text. */
async function write(url: string, name: string, text: string): Promise<void> {
  const doc = new Y.Doc();
  doc.getText('codemirror').insert(0, text);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/docs/${name}`);
  await new Promise((resolve) => socket.onopen = resolve);
  socket.send(
    Uint8Array.from(encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) })),
  );
  const deadline = performance.now() + 5_000;
  while (!(await (await fetch(`${url}/docs/${name}.txt`)).text()).includes(text.trim())) {
    assert.ok(performance.now() < deadline, `${name} was not stored`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.close();
  await new Promise((resolve) => socket.onclose = resolve);
}
