import assert from 'node:assert/strict';
import { backUp, backupNameOf } from '../../worker/deno/backup.ts';
import { startService } from '../../worker/deno/service.ts';
import { importFrom } from '../../worker/deno/transfer.ts';
import { readSettings } from '../../worker/access/settings.ts';
import { tempFolder } from './temp-folder.ts';

const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });

Deno.test('[M1] a backup of a running service holds every document and can be imported', async () => {
  using folder = tempFolder();
  using there = tempFolder();
  const to = `${folder.path}/backup`;
  const parts = { host: '127.0.0.1', port: 0, proxies: [], settings, web: 'none' };
  const service = startService({ ...parts, data: folder.path });
  const names = Array.from({ length: 100 }, (_, i) => i % 2 ? `n${i}` : `N${i}`);
  for (const name of names) {
    const body = JSON.stringify({ name });
    await (await fetch(`${service.url}/docs`, { method: 'POST', body })).body?.cancel();
  }
  await (await fetch(`${service.url}/docs/n1`, { method: 'DELETE' })).body?.cancel();
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/docs/N2`);
  await new Promise((resolve) => socket.onopen = resolve);
  assert.equal(await backUp(service.documents, folder.path, to), 99);
  // Again, into the same folder.
  assert.equal(await backUp(service.documents, folder.path, to), 99);
  assert.equal(socket.readyState, WebSocket.OPEN);
  await service.stop();
  const expected = names.filter((name) => name !== 'n1').map(backupNameOf).sort();
  assert.deepEqual(folder.files('backup'), expected);
  for (const name of ['N0', 'N2', 'n99']) {
    assert.equal(importFrom(there.path, name, `${to}/${backupNameOf(name)}`), 0);
  }
});
