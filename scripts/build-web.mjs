// Builds the pages of web/pages into dist/web: scripts and styles get hashed names under /assets, and
// each page is rewritten to load them. `wrangler dev` and `wrangler deploy` run this.
import { build } from 'esbuild';
import { Buffer } from 'node:buffer';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundlePage, bundleScript } from './bundle-page.mjs';
import { licenseNotices } from './license-notices.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(root, 'web/pages');
const staticFiles = join(root, 'web/static');
const out = join(root, 'dist/web');

/** The files below web/pages. */
const sources = await readdir(pages, { recursive: true });

/** The HTML of each page, by its path below web/pages. */
async function readTemplates() {
  const paths = sources.filter((path) => path.endsWith('.html'));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, await readFile(join(pages, path), 'utf8')]),
    ),
  );
}

/** The scripts and styles that the pages load, by their paths below web/pages: `/assets/home.js` is built from `home.ts`. */
function entriesOf(templates) {
  const wanted = new Set();
  for (const html of templates) {
    for (const [, name] of html.matchAll(/"\/assets\/([^"]+)"/g)) {
      wanted.add(name.replace(/\.js$/, '.ts'));
    }
  }
  return sources.filter((path) => wanted.has(basename(path)));
}

/**
 * Builds scripts and styles into `files`. Returns what a page's `/assets/home.js` is called now, and
 * what it imports. Each script is bundled apart: a chunk for what two pages share would compress worse.
 */
async function buildAssets(entries, files) {
  const assets = new Map();
  const scripts = entries.filter((path) => path.endsWith('.ts'));
  const styles = entries.filter((path) => path.endsWith('.css'));
  for (const path of scripts) {
    const script = await bundlePage(join(pages, path));
    for (const [name, content] of script.files) files.set(`assets/${name}`, content);
    assets.set(`/assets/${basename(path, '.ts')}.js`, script);
  }
  await buildStyles(styles, files, assets);
  return assets;
}

/** The paths of all bundled modules. */
function modulesOf(assets) {
  return [...assets.values()].flatMap(({ modules }) => modules);
}

async function buildStyles(paths, files, assets) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: paths.map((path) => join(pages, path)),
    bundle: true,
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    metafile: true,
    write: false,
    logLevel: 'warning',
    outdir: join(out, 'assets'),
    entryNames: '[name]-[hash]',
  });
  for (const { path, contents } of outputFiles) {
    files.set(relative(out, path), contents);
    const { entryPoint } = metafile.outputs[relative(root, path)];
    if (!entryPoint) continue;
    assets.set(`/assets/${basename(entryPoint)}`, {
      fileName: basename(path),
      imports: [],
      modules: [],
    });
  }
}

/** Puts the hashed names into a page. Its chunks are announced, so that they load side by side. */
function linkAssets(html, assets) {
  const chunks = new Set();
  const linked = html.replace(/(src|href)="(\/assets\/[^"]+)"/g, (_, attribute, wanted) => {
    const asset = assets.get(wanted);
    if (!asset) throw new Error(`Cannot build page: nothing was built as ${wanted}`);
    for (const name of asset.imports) chunks.add(name);
    return `${attribute}="/assets/${asset.fileName}"`;
  });
  const links = [...chunks].map((name) => `<link rel="modulepreload" href="/assets/${name}">`);
  // Indentation is 0.1 KB of the page's first load.
  return linked.replace('</head>', () => `${links.join('')}</head>`).replace(/\n\s+/g, '\n');
}

/**
 * Writes what changed and removes what is gone. Leaves unchanged files alone: a running server may be
 * serving them.
 */
async function writeAll(files) {
  for (const [name, content] of files) {
    const path = join(out, name);
    const before = await readFile(path).catch(() => null);
    if (before && Buffer.compare(before, Buffer.from(content)) === 0) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(relative(out, path))) await rm(path);
  }
}

try {
  const templates = await readTemplates();
  const files = await bundleScript(join(root, 'web/embed/loader.ts'), 'embed.js');
  const assets = await buildAssets(entriesOf(templates.values()), files);
  for (const [path, html] of templates) {
    files.set(join('pages', basename(path)), linkAssets(html, assets));
  }
  for (const name of await readdir(staticFiles)) {
    files.set(name, await readFile(join(staticFiles, name)));
  }
  files.set('licenses.txt', await licenseNotices(modulesOf(assets)));
  await writeAll(files);
} catch (error) {
  console.error(error);
  // Under `wrangler dev` a failing build would pause every request until the next good one.
  process.exit(process.env.WRANGLER_COMMAND === 'dev' ? 0 : 1);
}
