/**
 * `npm run bench -- size`: size of each page in KB of brotli, from the last build in `dist/web`: the page,
 * its styles, its scripts with their static imports, and separately the chunks that load later. Run
 * `npm run build` first.
 */
import { build } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { elementStyles } from '../scripts/element-styles.mjs';

const out = join(process.cwd(), 'dist/web');

const compressed = new Map<string, number>();
async function sizeOf(path: string): Promise<number> {
  const known = compressed.get(path);
  if (known !== undefined) return known;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const size = brotliCompressSync(await readFile(join(out, path)), { params: quality }).length;
  compressed.set(path, size);
  return size;
}

/** Returns the static and dynamic imports of a script. */
async function importsOf(path: string): Promise<{ now: string[]; later: string[] }> {
  const source = await readFile(join(out, path), 'utf8');
  const named = (pattern: RegExp) =>
    [...source.matchAll(pattern)].map((match) => join(path, '..', match[1] ?? ''));
  return {
    now: named(/(?:from|import)\s*"(\.\/[^"]+)"/g),
    later: named(/import\(["`](\.\/[^"`]+)["`]\)/g),
  };
}

/** Returns all scripts that load at once, and all that may load later. */
async function reachable(scripts: readonly string[]): Promise<[Set<string>, Set<string>]> {
  const first = new Set<string>();
  const later = new Set<string>();
  const open = [...scripts];
  for (let path = open.pop(); path; path = open.pop()) {
    if (first.has(path)) continue;
    first.add(path);
    const imports = await importsOf(path);
    open.push(...imports.now);
    imports.later.forEach((name) => later.add(name));
  }
  open.push(...later);
  for (let path = open.pop(); path; path = open.pop()) {
    const imports = await importsOf(path);
    for (const name of [...imports.now, ...imports.later]) {
      if (later.has(name) || first.has(name)) continue;
      later.add(name);
      open.push(name);
    }
  }
  return [first, later];
}

async function sum(paths: Iterable<string>): Promise<number> {
  let size = 0;
  for (const path of paths) size += await sizeOf(path);
  return size;
}

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1).padStart(9);
console.log(
  'KB, brotli'.padEnd(20) +
    ['page', 'styles', 'scripts', 'first', 'later'].map((head) => head.padStart(9)).join(''),
);
for (const name of (await readdir(join(out, 'pages'))).sort()) {
  const page = join('pages', name);
  // A style sheet for print does not block the page.
  const html = (await readFile(join(out, page), 'utf8'))
    .replaceAll(/<link [^>]*media="print"[^>]*>/g, '');
  const assets = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) =>
    match[1] ?? ''
  );
  const styles = new Set(assets.filter((path) => path.endsWith('.css')));
  const [scripts, later] = await reachable(assets.filter((path) => path.endsWith('.js')));
  const sizes = [await sizeOf(page), await sum(styles), await sum(scripts)];
  const first = sizes.reduce((total, size) => total + size, 0);
  console.log(
    name.padEnd(20) + [...sizes, first, await sum(later)].map(kilobytes).join(''),
  );
}

/** Scripts that other sites load: the loader, and the elements with their dependencies. */
console.log('\nIn other sites'.padEnd(21) + 'all'.padStart(9));
console.log('embed.js'.padEnd(20) + kilobytes(await sizeOf('embed.js')));
for (const name of ['viewer-define', 'elements-define']) {
  const { outputFiles } = await build({
    entryPoints: [`web/package/${name}.ts`],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    outdir: 'dist',
    plugins: [elementStyles(process.cwd())],
  });
  const all = outputFiles.map(({ contents }) => brotliCompressSync(contents).length);
  console.log(name.padEnd(20) + kilobytes(all.reduce((total, size) => total + size, 0)));
}
