// How the service is run on Deno: which program, and with which permissions.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** scripts/import-ts.mjs bundles this file to beside the packages, and runs at the top. */
const isBundled = import.meta.dirname.includes('node_modules');
const root = isBundled ? process.cwd() : join(import.meta.dirname, '..');

/** What the service may read of its environment, and nothing else. */
const variables = [
  'EDGEPAD_TOKEN_SECRETS',
  'EDGEPAD_CREATION',
  'EDGEPAD_ORIGINS',
  'EDGEPAD_PUBLIC_URL',
];

/** The Deno that runs this, the one package.json pins, or the one on the PATH. */
export function findDeno() {
  if (process.versions.deno) return process.execPath;
  const name = process.platform === 'win32' ? 'deno.exe' : 'deno';
  const folder = packageFolder();
  if (folder) {
    const path = join(folder, name);
    // Where no install script may run, the package puts the program there when it is first used.
    if (!existsSync(path)) spawnSync(process.execPath, [join(folder, 'bin.cjs'), '--version']);
    // Itself, not its wrapper: that one would not pass a signal on.
    if (existsSync(path)) return path;
  }
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const found = paths.find((path) => !path.includes('node_modules') && existsSync(path));
  if (found) return found;
  throw new Error('No Deno is here. Run "npm install", or install it from https://deno.com.');
}

function packageFolder() {
  try {
    return join(createRequire(import.meta.url).resolve('deno/package.json'), '..');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/**
 * What to give Deno so that the service runs with these options, which are those of
 * worker/deno/options.ts as they were written on the command line.
 */
export function serviceArguments({ host = '127.0.0.1', port = '8787', data = './data', ...rest }) {
  const { metrics, backup, open = false } = rest;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const addresses = [`${bracketed}:${port}`, ...(metrics ? [`127.0.0.1:${metrics}`] : [])];
  const folders = backup ? [backup] : [];
  return [
    'run',
    '--no-prompt',
    '--quiet',
    `--allow-net=${addresses.join(',')}`,
    `--allow-read=${[data, join(root, 'dist/web'), ...folders].join(',')}`,
    `--allow-write=${[data, ...folders].join(',')}`,
    `--allow-env=${variables.join(',')}`,
    // Packages look there for how much to log, and in what colours.
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
