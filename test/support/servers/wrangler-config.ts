import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Tests and benches run at the top; the latter as a bundle that lies elsewhere. */
const root = process.cwd();

/**
 * wrangler.toml as a server in a test needs it: without the build of the pages. Each of many servers
 * would make it anew, and each time all the others would start over because their files have changed.
 * Whoever starts the first one has built them: service.setup.ts does, and scripts/bench.mjs.
 */
export function testConfiguration(): string {
  const folder = join(root, 'dist');
  mkdirSync(folder, { recursive: true });
  const configuration = readFileSync(join(root, 'wrangler.toml'), 'utf8')
    .replace(/^\[build\]\n(?:.+\n)*/m, '')
    .replace('main = "', 'main = "../')
    .replace('directory = "dist/', 'directory = "');
  put(join(folder, '.dev.vars'), readFileSync(join(root, '.dev.vars'), 'utf8'));
  return put(join(folder, 'wrangler.toml'), configuration);
}

/** Others may read it at this moment; and where it changes, they start over. */
function put(path: string, text: string): string {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return path;
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}
