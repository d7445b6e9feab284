// Imports a TypeScript file in Node 20: bundles it into a temporary file and imports that.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

/** Returns the exports of a TypeScript file. `path` is relative to the root; packages are not bundled. */
export async function importTs(path) {
  // In node_modules, so that its imports of packages resolve.
  const outfile = join(root, `node_modules/.cache/edgepad/${basename(path)}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}
