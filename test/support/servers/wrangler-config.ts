import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Tests and benches run in the root folder; benches are bundled elsewhere. */
const root = process.cwd();

/**
 * Writes a wrangler.toml without the build of the pages, and returns its path. With it each server would
 * build them, and all others would restart. service.setup.ts and scripts/bench.mjs build them instead.
 */
export function testConfiguration(): string {
  const folder = join(root, 'dist');
  mkdirSync(folder, { recursive: true });
  const configuration = readFileSync(join(root, 'wrangler.toml'), 'utf8')
    .replace(/^\[build\]\n(?:.+\n)*/m, '')
    .replace('main = "', 'main = "../')
    .replace('directory = "dist/', 'directory = "');
  writeIfChanged(join(folder, '.dev.vars'), readFileSync(join(root, '.dev.vars'), 'utf8'));
  return writeIfChanged(join(folder, 'wrangler.toml'), configuration);
}

/** Replaces a file atomically, and only if it changes: running servers read and watch it. */
function writeIfChanged(path: string, text: string): string {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return path;
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}
