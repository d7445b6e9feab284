// Starts an example and its own service on this machine: `npm run example -- NAME`. Both stop with this
// process. PAD_PORT and SITE_PORT set their ports.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const [name = ''] = process.argv.slice(2);
const ports = { pad: process.env.PAD_PORT ?? '8787', site: process.env.SITE_PORT ?? '5173' };
// Different sites to a browser, as in production.
const pad = `http://127.0.0.1:${ports.pad}`;
const site = `http://localhost:${ports.site}`;
const secret = `example:${randomBytes(32).toString('base64url')}`;

/** The settings of each example's service. */
const settings = {
  'site-with-tokens': { EDGEPAD_OPEN: '', EDGEPAD_TOKEN_SECRETS: secret },
  'static-page': { EDGEPAD_OPEN: 'loopback' },
  'codemirror': { EDGEPAD_OPEN: 'loopback' },
  'tiptap': { EDGEPAD_OPEN: 'loopback' },
  'react': { EDGEPAD_OPEN: 'loopback' },
}[name];
if (!settings) {
  console.error(
    'Usage: npm run example -- NAME, with site-with-tokens, static-page, codemirror, tiptap or react',
  );
  process.exit(1);
}

const isInUse = (port) =>
  new Promise((resolve) => {
    const socket = connect(Number(port), 'localhost', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
for (const [variable, port] of [['PAD_PORT', ports.pad], ['SITE_PORT', ports.site]]) {
  if (!await isInUse(port)) continue;
  console.error(
    `Cannot start the example: port ${port} is in use. Set ${variable} to a free port.`,
  );
  process.exit(1);
}

const state = mkdtempSync(join(tmpdir(), 'edgepad-example-'));
const wrangler = createRequire(import.meta.url).resolve('wrangler/bin/wrangler.js');
const vars = Object.entries({ ...settings, EDGEPAD_ORIGINS: site, EDGEPAD_PUBLIC_URL: pad })
  .flatMap(([key, value]) => ['--var', `${key}:${value}`]);
const service = spawn(process.execPath, [
  wrangler,
  'dev',
  // The tests set their own configuration.
  ...(process.env.PAD_CONFIG ? ['--config', process.env.PAD_CONFIG] : []),
  '--ip',
  '127.0.0.1',
  '--port',
  ports.pad,
  '--inspector-port',
  '0',
  '--persist-to',
  state,
  '--show-interactive-dev-session=false',
  ...vars,
], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });

const stop = (exitCode) => {
  try {
    process.kill(-(service.pid ?? 0), 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  rmSync(state, { recursive: true, force: true });
  process.exit(exitCode);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
service.on('exit', () => stop(1));

while (!await fetch(pad).then(() => true, () => false)) {
  await new Promise((resolve) => setTimeout(resolve, 250));
}
const { start } = await import(`./${name}/site.mjs`);
await start({ pad, secret, origin: site, port: Number(ports.site) });
console.log(`Open ${site}`);
