// npm run start:deno [-- --open --port 9000 …], and with Deno alone: deno task start [--open …]
// Builds the pages where that is needed, then starts the service with the permissions it needs and
// no more. It runs beside the service to pass signals on; in production that can be left out, see
// docs/SELF-HOSTING.md.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findDeno, serviceArguments } from './deno-command.mjs';

const root = join(import.meta.dirname, '..');
const deno = findDeno();

/** When the newest file of a folder was written; 0 where there is none. */
function newest(folder) {
  if (!existsSync(join(root, folder))) return 0;
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

if (newest('dist/web') < Math.max(newest('web'), newest('protocol'))) {
  const build = join(root, 'scripts/build-web.mjs');
  // The bundlers are native programs, which no permission could hold.
  const args = process.versions.deno ? ['run', '--quiet', '-A', build] : [build];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

// What is wrong with the command line, the service says.
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

// npm passes a signal only to its shell, which does not pass it on: end when the parent is gone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) service.kill('SIGTERM');
}, 500);
