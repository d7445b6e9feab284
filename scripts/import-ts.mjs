// Node 20 does not read TypeScript: bundles a file into a temporary one and imports that.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

/** The exports of a TypeScript file, named from the top of the project. Packages stay outside. */
export async function importTs(path) {
  // Beside the packages, so that they are found from there.
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
