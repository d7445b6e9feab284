// Builds the command that runs the service on Deno, with its permissions.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** scripts/import-ts.mjs bundles this file into node_modules and runs it from the repository root. */
const isBundled = import.meta.dirname.includes('node_modules');
const root = isBundled ? process.cwd() : join(import.meta.dirname, '..');

/** The environment variables that the service may read. */
const variables = [
  'EDGEPAD_TOKEN_SECRETS',
  'EDGEPAD_CREATION',
  'EDGEPAD_ORIGINS',
  'EDGEPAD_PUBLIC_URL',
  'EDGEPAD_LOG',
];

/** Returns the path of the running Deno, the one that package.json pins, or the one on the PATH. */
export function findDeno() {
  if (process.versions.deno) return process.execPath;
  const name = process.platform === 'win32' ? 'deno.exe' : 'deno';
  const folder = packageFolder();
  if (folder) {
    const path = join(folder, name);
    // Without install scripts, the package unpacks its program when it is first used.
    if (!existsSync(path)) spawnSync(process.execPath, [join(folder, 'bin.cjs'), '--version']);
    // The program itself: its wrapper does not forward signals.
    if (existsSync(path)) return path;
  }
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const found = paths.find((path) => !path.includes('node_modules') && existsSync(path));
  if (found) return found;
  throw new Error('Cannot find Deno. Run "npm install", or install Deno from https://deno.com.');
}

function packageFolder() {
  try {
    return join(createRequire(import.meta.url).resolve('deno/package.json'), '..');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Returns Deno's arguments for a service with these command-line options (worker/deno/options.ts). */
export function serviceArguments({ host = '127.0.0.1', port = '8787', data = './data', ...rest }) {
  const { metrics, backup, open = false } = rest;
  // The service listens on an address (worker/deno/options.ts).
  const address = host === 'localhost' ? '127.0.0.1' : host;
  const bracketed = address.includes(':') ? `[${address}]` : address;
  const addresses = [`${bracketed}:${port}`, ...(metrics ? [`127.0.0.1:${metrics}`] : [])];
  const folders = backup ? [backup] : [];
  // The service reads its own code when it starts a thread.
  const code = ['worker', 'protocol', 'content', 'dist/web'].map((folder) => join(root, folder));
  return [
    'run',
    '--no-prompt',
    '--quiet',
    `--allow-net=${addresses.join(',')}`,
    `--allow-read=${[data, ...code, ...folders].join(',')}`,
    `--allow-write=${[data, ...folders].join(',')}`,
    `--allow-env=${variables.join(',')}`,
    // Packages read these for their log level and colours.
    '--ignore-env',
    join(root, 'worker/deno/main.ts'),
    `--host=${host}`,
    `--port=${port}`,
    `--data=${data}`,
    ...(open ? ['--open'] : []),
    ...(metrics ? [`--metrics=${metrics}`] : []),
    ...(backup ? [`--backup=${backup}`] : []),
  ];
}
