// Builds the pages of web/pages into dist/web: scripts and styles get hashed names under /assets,
// and each page is rewritten to load them. `wrangler dev` and `wrangler deploy` call this.
import { build } from 'esbuild';
import { Buffer } from 'node:buffer';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { VERSION as minifierVersion } from 'rolldown';
import { minify } from 'rolldown/utils';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(root, 'web/pages');
const statics = join(root, 'web/static');
const out = join(root, 'dist/web');

/**
 * Lets what a page loads later import the page's own script as a whole. To the bundler everything in
 * that script is then needed by the same files and stays in one chunk. Without it, each later file
 * that uses ProseMirror, say, moves that into a chunk of its own, and what loads first grows by some
 * 3 KB. The page's script has long run when a later file loads.
 */
const withoutSeams = (page) => ({
  name: 'without-seams',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.{1,2}\// }, ({ path, kind, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || !importer.startsWith(join(root, 'web/'))) return;
      return { path: join(resolveDir, path), namespace: 'later' };
    });
    bundler.onLoad({ filter: /./, namespace: 'later' }, ({ path }) => ({
      contents: `import ${JSON.stringify(join(pages, page))};
        export * from ${JSON.stringify(path)};`,
      resolveDir: root,
    }));
  },
});

/** Files of web/lib0 in the place of lib0's own (docs/decisions/0012-replace-lib0-modules-in-the-browser.md). */
const standIns = {
  name: 'stand-ins',
  setup(bundler) {
    const filter = /^(lib0|\.)\/((dom|logging|environment)(\.js)?|hash\/sha256)$/;
    bundler.onResolve({ filter }, ({ path, importer }) => {
      if (path.startsWith('.') && !importer.includes('/node_modules/lib0/')) return;
      return { path: join(root, 'web/lib0', `${basename(path, '.js')}.ts`) };
    });
  },
};

/** The HTML of every page, as paths below web/pages. */
async function pageTemplates() {
  return (await readdir(pages, { recursive: true })).filter((path) => path.endsWith('.html'));
}

/** The scripts and styles that the pages load, as paths below web/pages: `/assets/home.js` is built from `home.ts`. */
async function entryPointsOf(templates) {
  const wanted = new Set();
  for (const template of templates) {
    const html = await readFile(join(pages, template), 'utf8');
    for (const [, name] of html.matchAll(/"\/assets\/([^"]+)"/g)) {
      wanted.add(name.replace(/\.js$/, '.ts'));
    }
  }
  const sources = await readdir(pages, { recursive: true });
  return sources.filter((path) => wanted.has(basename(path)));
}

/** Puts what is built into `files`; maps '/assets/home.js' to what it is called as it was built. */
async function buildAssets(files) {
  const entryPoints = await entryPointsOf(await pageTemplates());
  const names = new Map();
  // Each apart: what two pages share would become a chunk, which compresses worse.
  for (const entry of entryPoints) await buildEntry(files, names, entry);
  await buildLoader(files);
  await minifyAgain(files);
  return names;
}

/** The script that other sites load: in one plain piece, under a name that stays. */
async function buildLoader(files) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'web/embed/loader.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    write: false,
    logLevel: 'warning',
    outfile: join(out, 'embed.js'),
  });
  for (const { path, contents } of outputFiles) files.set(relative(out, path), contents);
}

/** Builds one script or style sheet, and what the script loads later. */
async function buildEntry(files, names, entry) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(pages, entry)],
    bundle: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    minify: true,
    // What is minified again is named by what it was before: with another minifier the name changes.
    footer: { js: `// ${minifierVersion}` },
    sourcemap: 'linked',
    metafile: true,
    write: false,
    plugins: [withoutSeams(entry), standIns],
    logLevel: 'warning',
    outdir: join(out, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
  });
  for (const { path, contents } of result.outputFiles) files.set(relative(out, path), contents);
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const wanted = basename(output.entryPoint).replace(/\.ts$/, '.js');
    names.set(`/assets/${wanted}`, {
      built: `/assets/${basename(path)}`,
      imports: output.imports.filter((i) => i.kind === 'import-statement')
        .map((i) => `/assets/${basename(i.path)}`),
    });
  }
}

/**
 * Makes the scripts among `files` smaller once more. esbuild bundles; Oxc names things so that the
 * same few letters come again and again, which brotli likes (docs/decisions/0013-load-only-the-editor-first.md).
 */
async function minifyAgain(files) {
  const decoder = new TextDecoder();
  for (const [name, contents] of files) {
    if (!name.endsWith('.js')) continue;
    const { code, map, errors } = await minify(basename(name), decoder.decode(contents), {
      module: true,
      sourcemap: true,
      inputMap: JSON.parse(decoder.decode(files.get(`${name}.map`))),
    });
    if (errors.length > 0) throw new Error(`Cannot minify ${name}: ${errors[0].message}`);
    files.set(name, `${code}\n//# sourceMappingURL=${basename(name)}.map\n`);
    files.set(`${name}.map`, JSON.stringify(map));
  }
}

/** A page with hashed names in place, and its chunks announced so that they load side by side. */
function linkAssets(html, names) {
  return html.replace(/(src|href)="(\/assets\/[^"]+)"/g, (_, attribute, wanted) => {
    const asset = names.get(wanted);
    if (!asset) throw new Error(`Cannot build page: nothing built is called ${wanted}`);
    return `${attribute}="${asset.built}"`;
  }).replace('</head>', () => {
    const chunks = new Set();
    for (const [wanted, asset] of names) {
      if (html.includes(`"${wanted}"`)) asset.imports.forEach((path) => chunks.add(path));
    }
    const links = [...chunks].map((path) => `<link rel="modulepreload" href="${path}">`);
    return `${links.join('')}</head>`;
  });
}

/**
 * Writes what is new and removes what is gone. What has not changed is not touched: another server
 * may be serving it at this moment.
 */
async function writeAll(files) {
  for (const [name, contents] of files) {
    const path = join(out, name);
    const before = await readFile(path).catch(() => null);
    if (before && Buffer.compare(before, Buffer.from(contents)) === 0) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(relative(out, path))) await rm(path);
  }
}

try {
  const files = new Map();
  const names = await buildAssets(files);
  for (const path of await pageTemplates()) {
    const html = await readFile(join(pages, path), 'utf8');
    files.set(join('pages', basename(path)), linkAssets(html, names));
  }
  for (const name of await readdir(statics)) files.set(name, await readFile(join(statics, name)));
  await writeAll(files);
} catch (error) {
  if (!error.errors) console.error(error);
  // Under `wrangler dev` a failing build would pause every request until the next good one.
  process.exit(process.env.WRANGLER_COMMAND === 'dev' ? 0 : 1);
}
