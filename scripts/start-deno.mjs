// npm run start:deno [-- --open --port 9000 …], or with Deno alone: deno task start [--open …]
// Builds the pages if they are outdated, then starts the service with the permissions that it needs.
// Stays alive to forward signals; docs/SELF-HOSTING.md shows how to start the service directly.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findDeno, serviceArguments } from './deno-command.mjs';

const root = join(import.meta.dirname, '..');
const deno = findDeno();

/** Returns the modification time of the newest file in a folder; 0 for an empty or missing folder. */
function newest(folder) {
  if (!existsSync(join(root, folder))) return 0;
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

if (newest('dist/web') < Math.max(...['web', 'content', 'protocol'].map(newest))) {
  const build = join(root, 'scripts/build-web.mjs');
  // The bundlers are native programs, which Deno's permissions cannot restrict.
  const args = process.versions.deno ? ['run', '--quiet', '-A', build] : [build];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

// The service reports errors of the command line.
const { values } = parseArgs({
  strict: false,
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    metrics: { type: 'string' },
    backup: { type: 'string' },
    open: { type: 'boolean' },
  },
});
const known = Object.fromEntries(
  Object.entries(values).filter(([, value]) => typeof value !== 'boolean' || value),
);
const args = serviceArguments(known);
const main = args.findIndex((arg) => arg.endsWith('main.ts'));
const service = spawn(deno, [...args.slice(0, main + 1), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
service.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => service.kill('SIGTERM'));
}

// npm signals only its shell, which does not forward signals: exit when the parent is gone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) service.kill('SIGTERM');
}, 500);
