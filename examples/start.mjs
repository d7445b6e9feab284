// Starts an example and its own service on this machine: `npm run example -- NAME`. Both stop with this
// process. PAD_PORT and SITE_PORT set their ports.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

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

// Named after the port: the next run removes what a killed one has left.
const state = join(tmpdir(), `edgepad-example-${ports.pad}`);
rmSync(state, { recursive: true, force: true });
const vars = Object.entries({ ...settings, EDGEPAD_ORIGINS: site, EDGEPAD_PUBLIC_URL: pad })
  .flatMap(([key, value]) => ['--var', `${key}:${value}`]);
// This script ends wrangler when this process is gone, also after SIGKILL.
const service = spawn(process.execPath, [
  fileURLToPath(new URL('../scripts/dev.mjs', import.meta.url)),
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

let exitCode = 1;
const stop = (code) => {
  exitCode = code;
  service.kill('SIGTERM');
  // wrangler may hang.
  setTimeout(() => process.kill(-service.pid, 'SIGKILL'), 5_000).unref();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
service.on('exit', () => {
  rmSync(state, { recursive: true, force: true });
  process.exit(exitCode);
});

// npm signals only its shell, which does not forward signals: stop when the parent is gone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop(0);
}, 500).unref();

while (!await fetch(pad).then(() => true, () => false)) {
  await new Promise((resolve) => setTimeout(resolve, 250));
}
try {
  const { start } = await import(`./${name}/site.mjs`);
  await start({ pad, secret, origin: site, port: Number(ports.site) });
  console.log(`Open ${site}`);
} catch (error) {
  console.error(`Cannot start the example: ${error.message}`);
  stop(1);
}
