import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { findDeno, serviceArguments } from '../../scripts/deno-command.mjs';
import { fileNameOf } from '../../worker/deno/file-name.ts';
import { startService } from '../../worker/deno/service.ts';
import { readSettings } from '../../worker/access/settings.ts';
import { FileInUseError } from '../../worker/deno/sql.ts';
import { tempFolder } from './temp-folder.ts';

const web = fileURLToPath(new URL('../../dist/web', import.meta.url));
const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });
const options = { host: '127.0.0.1', port: 0, proxies: [], settings, web };

/** A service in this process over a temporary folder. */
function service() {
  const folder = tempFolder();
  const running = startService({ ...options, data: folder.path });
  return {
    ...running,
    folder,
    socketUrl: (name: string) => `${running.url.replace('http', 'ws')}/docs/${name}`,
    async [Symbol.asyncDispose]() {
      await running.stop();
      folder[Symbol.dispose]();
    },
  };
}

function opened(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.onopen = resolve);
}

function closed(socket: WebSocket): Promise<CloseEvent> {
  return new Promise((resolve) => socket.onclose = resolve);
}

Deno.test('[P8] a document that fails closes only its own sockets', async () => {
  await using running = service();
  const { socketUrl, folder, url, metrics } = running;
  // Not a database, so that every call of this document throws.
  Deno.writeTextFileSync(`${folder.path}/documents/${fileNameOf('broken')}`, 'x'.repeat(8192));
  const neighbour = new WebSocket(socketUrl('fine'));
  await opened(neighbour);
  for (let i = 0; i < 3; i++) {
    const { code } = await closed(new WebSocket(socketUrl('broken')));
    assert.equal(code, 1011);
  }
  const reading = await fetch(`${url}/docs/broken.txt`);
  assert.equal(reading.status, 500);
  assert.equal((await reading.json()).code, 'internal-error');
  assert.match(metrics(), /edgepad_faults_total [3-9]/);
  const answer = new Promise((resolve) => neighbour.onmessage = ({ data }) => resolve(data));
  neighbour.send('ping');
  assert.equal(await answer, 'pong');
  neighbour.close();
  await closed(neighbour);
});

Deno.test('a second service on a data folder is rejected with a message', async () => {
  await using first = service();
  assert.throws(
    () => startService({ ...options, data: first.folder.path }),
    (error) => error instanceof FileInUseError && /Only one service may run/.test(error.message),
  );
});

Deno.test('files have the same headers as on Cloudflare', async () => {
  await using running = service();
  const { url } = running;
  const html = await (await fetch(`${url}/`)).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  const answer = await fetch(url + script, { headers: { 'accept-encoding': 'identity' } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('content-type'), 'text/javascript; charset=utf-8');
  const plain = await answer.text();
  const zipped = await fetch(url + script, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(await zipped.text(), plain);
  assert.notEqual(zipped.headers.get('etag'), answer.headers.get('etag'));
  const known = { 'if-none-match': answer.headers.get('etag')!, 'accept-encoding': 'identity' };
  const again = await fetch(url + script, { headers: known });
  assert.equal(again.status, 304);
  await again.body?.cancel();
  for (
    const path of ['/assets/..%2f_headers', '/assets/nothing.js', '/assets/', '/assets/a/b.js']
  ) {
    const missing = await fetch(url + path);
    assert.equal(missing.status, 404, path);
    await missing.body?.cancel();
  }
});

Deno.test('metrics count events and name no document', async () => {
  await using running = service();
  const { url, metrics, socketUrl } = running;
  const socket = new WebSocket(socketUrl('secret-name'));
  await opened(socket);
  assert.match(metrics(), /^edgepad_sockets 1$/m);
  assert.match(metrics(), /^edgepad_documents 1$/m);
  socket.send(new Uint8Array([99]));
  const { code } = await closed(socket);
  assert.equal(code, 1003);
  assert.match(metrics(), /^edgepad_closed_total\{code="1003"\} 1$/m);
  assert.match(metrics(), /^edgepad_received_bytes_total 1$/m);
  const page = await fetch(`${url}/d/secret-name`);
  await page.body?.cancel();
  assert.match(metrics(), /^edgepad_requests_total\{status="200"\} 1$/m);
  assert.ok(!metrics().includes('secret'));
});

Deno.test('[P7] SIGTERM closes sockets with 1012 and all files, and exits with 0', async () => {
  using folder = tempFolder();
  const args = serviceArguments({ port: '0', data: folder.path, open: true });
  const child = new Deno.Command(findDeno(), { args, stdout: 'piped' }).spawn();
  const lines: string[] = [];
  const decoder = child.stdout.pipeThrough(new TextDecoderStream());
  const reader = decoder.getReader();
  const readTo = async (event: string) => {
    while (!lines.join('').includes(`"event":"${event}"`)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`It ended: ${lines.join('')}`);
      lines.push(value);
    }
  };
  await readTo('listening');
  const url = /"url":"http:([^"]+)"/.exec(lines.join(''))?.[1];
  const socket = new WebSocket(`ws:${url}/docs/notes`);
  await opened(socket);
  const end = closed(socket);
  child.kill('SIGTERM');
  assert.equal((await end).code, 1012);
  await readTo('stopped');
  assert.equal((await child.status).code, 0);
  await reader.cancel();
  for (const line of lines.join('').trim().split('\n')) {
    assert.equal(typeof JSON.parse(line).event, 'string');
  }
  assert.deepEqual(folder.files().filter((name) => name.endsWith('-wal')), []);
  assert.deepEqual(folder.files('documents'), []);
});
