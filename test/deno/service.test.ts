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
async function service() {
  const folder = tempFolder();
  const running = await startService({ ...options, data: folder.path });
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
  await using running = await service();
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
  await using first = await service();
  await assert.rejects(
    () => startService({ ...options, data: first.folder.path }),
    (error) => error instanceof FileInUseError && /Only one service may run/.test(error.message),
  );
});

Deno.test('files have the same headers as on Cloudflare', async () => {
  await using running = await service();
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
  await using running = await service();
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

/** The value of a gauge in the metrics. */
function gauge(metrics: string, name: string): number {
  const [, value] = new RegExp(`^edgepad_budget_used\\{budget="${name}"\\} (\\d+)$`, 'm')
    .exec(metrics) ?? [];
  return Number(value);
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 10));
}

Deno.test('[P8] requests that wait behind another one leave nothing when their connection resets', async () => {
  await using running = await service();
  const { url, metrics } = running;
  const { port } = new URL(url);
  const creation = await fetch(`${url}/docs`, { method: 'POST', body: '{"name":"poll"}' });
  await creation.body?.cancel();
  const reading = await fetch(`${url}/docs/poll.json`);
  await reading.body?.cancel();
  const client = await Deno.connect({ hostname: '127.0.0.1', port: Number(port) });
  const poll = 'GET /docs/poll.json?wait=25 HTTP/1.1\r\nHost: 127.0.0.1\r\n' +
    `If-None-Match: ${reading.headers.get('etag')}\r\n\r\n`;
  await client.write(new TextEncoder().encode(poll.repeat(10)));
  await until(() => gauge(metrics(), 'connections') === 10);
  client.close();
  await until(() => gauge(metrics(), 'connections') === 0);
});

Deno.test('[P8] a connection has at most 16 requests in progress', async () => {
  await using running = await service();
  const { url } = running;
  const client = await Deno.connect({ hostname: '127.0.0.1', port: Number(new URL(url).port) });
  const request = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
  await client.write(new TextEncoder().encode(request.repeat(1000)));
  const answers = await Array.fromAsync(client.readable).catch(() => []);
  assert.ok(answers.length < 17, `${answers.length}`);
});

Deno.test('[P8] unfinished bodies of one client take a bounded share, and others are served', async () => {
  await using running = await service();
  const { url, metrics } = running;
  const port = Number(new URL(url).port);
  const head = (name: string) =>
    `POST /docs/${name}/sync HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nedgepad-session: ${
      's'.repeat(16)
    }\r\n` +
    `content-type: application/octet-stream\r\ncontent-length: ${8 * MiB}\r\n\r\n`;
  await (await fetch(`${url}/docs`, { method: 'POST', body: '{"name":"slow"}' })).body?.cancel();
  const answers: string[] = [];
  const sockets = await Promise.all(Array.from({ length: 16 }, async () => {
    const socket = await Deno.connect({ hostname: '127.0.0.1', port });
    await socket.write(new TextEncoder().encode(head('slow')));
    void writeAll(socket, new Uint8Array(8 * MiB - 1));
    void readSome(socket).then((text) => answers.push(text));
    return socket;
  }));
  while (answers.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const answer of answers) assert.match(answer, /^HTTP\/1.1 503 [^]*retry-after: 5/i);
  const [, used] = /budget_used\{budget="body_bytes"\} (\d+)/.exec(metrics()) ?? [];
  assert.ok(Number(used) <= 80 * MiB, used);
  assert.equal((await fetch(`${url}/docs/slow.txt`)).status, 200);
  const created = await fetch(`${url}/docs`, { method: 'POST', body: '{"name":"beside"}' });
  assert.equal(created.status, 201);
  for (const socket of sockets) socket.close();
  while (!/budget_used\{budget="body_bytes"\} 0\n/.test(metrics())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

/** A port that is free now. With port 0, the service has no permission to check its own listener. */
function freePort(): number {
  using listener = Deno.listen({ hostname: '127.0.0.1', port: 0 });
  return listener.addr.port;
}

/** Starts the service in a process that may open this many files. */
async function serviceWithFiles(files: number) {
  const folder = tempFolder();
  const port = freePort();
  const options = { port: `${port}`, data: folder.path, open: true };
  const command = [findDeno(), ...serviceArguments(options)];
  const child = new Deno.Command('sh', {
    args: ['-c', `ulimit -n ${files} && exec "$@"`, 'sh', ...command],
    stdout: 'piped',
    stderr: 'null',
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await output.read();
  const sockets: Deno.Conn[] = [];
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    /** Opens connections and sends `bytes` on each. */
    async connect(count: number, bytes = '') {
      for (let i = 0; i < count; i++) {
        const socket = await Deno.connect({ hostname: '127.0.0.1', port });
        sockets.push(socket);
        await socket.write(new TextEncoder().encode(bytes)).catch(() => {});
      }
      return sockets;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      try {
        child.kill('SIGKILL');
      } catch {
        // It has ended.
      }
      await child.status;
      await output.cancel();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test({
  name: '[P8] connections that send no request, or half of one, keep no client out',
  ignore: Deno.build.os === 'windows',
  async fn() {
    await using running = await serviceWithFiles(600);
    const { url, connect } = running;
    const neighbour = new WebSocket(`${url.replace('http', 'ws')}/docs/neighbour`);
    await opened(neighbour);
    const ended = closed(neighbour).then(() => 'ended');
    await connect(700);
    await connect(700, 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    for (let i = 0; i < 20; i++) {
      const answer = await fetch(`${url}/healthz`);
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
    }
    const answer = new Promise((resolve) => neighbour.onmessage = ({ data }) => resolve(data));
    neighbour.send('ping');
    assert.equal(await Promise.race([answer, ended]), 'pong');
    neighbour.close();
    await ended;
  },
});

Deno.test({
  name: '[P8] the process ends with 1 when it cannot accept connections, so that it is restarted',
  ignore: Deno.build.os !== 'linux',
  async fn() {
    await using running = await serviceWithFiles(600);
    const { child, connect } = running;
    await new Deno.Command('prlimit', { args: ['--pid', `${child.pid}`, '--nofile=8:8'] }).output();
    await connect(1);
    assert.equal((await child.status).code, 1);
  },
});

Deno.test({
  name: 'a process that may open too few files does not start',
  ignore: Deno.build.os === 'windows',
  async fn() {
    await using running = await serviceWithFiles(128);
    assert.equal((await running.child.status).code, 1);
  },
});

Deno.test('[P7] a folder that cannot be written, or is in use, ends the start with a sentence', async () => {
  using folder = tempFolder();
  Deno.mkdirSync(`${folder.path}/broken/edgepad.sqlite`, { recursive: true });
  Deno.mkdirSync(`${folder.path}/damaged`);
  Deno.writeTextFileSync(`${folder.path}/damaged/edgepad.sqlite`, 'x'.repeat(8192));
  Deno.writeTextFileSync(`${folder.path}/file`, '');
  await using running = await service();
  const start = async (data: string) => {
    const [, ...args] = [findDeno(), ...serviceArguments({ port: '0', data })];
    const { code, stderr } = await new Deno.Command(findDeno(), { args }).output();
    assert.equal(code, 1);
    return new TextDecoder().decode(stderr).trim();
  };
  assert.match(
    await start(`${folder.path}/broken`),
    /^Cannot write in the data folder .*--data\.$/,
  );
  assert.match(
    await start(`${folder.path}/damaged`),
    /^Cannot read .*damaged\/edgepad.sqlite: file is not a database\. .*: remove it\.$/,
  );
  assert.match(await start(`${folder.path}/file`), /^Cannot write in the data folder .*--data\.$/);
  assert.match(await start(running.folder.path), /^Cannot open .*Only one service may run.*\.$/);
});

const MiB = 1024 * 1024;

/** Writes until everything is sent or the other side has closed. */
async function writeAll(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
  } catch {
    // The service has ended the connection.
  }
}

async function readSome(socket: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4096);
  const length = await socket.read(buffer).catch(() => null);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}
