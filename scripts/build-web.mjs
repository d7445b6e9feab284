// Builds the pages of web/pages into dist/web: scripts and styles get hashed names under /assets,
// and each page is rewritten to load them. `wrangler dev` and `wrangler deploy` call this.
import { build } from 'esbuild';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(root, 'web/pages');
const out = join(root, 'dist/web');

/** Maps '/assets/home.js' as a page writes it to '/assets/home-1A2B3C4D.js' as it was built. */
async function buildAssets() {
  const files = await readdir(pages);
  const entryPoints = files.filter((name) => /\.(ts|css)$/.test(name) && !name.endsWith('.d.ts'));
  const result = await build({
    absWorkingDir: root,
    entryPoints: entryPoints.map((name) => join(pages, name)),
    bundle: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'warning',
    outdir: join(out, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
  });
  const names = new Map();
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const wanted = basename(output.entryPoint).replace(/\.ts$/, '.js');
    names.set(`/assets/${wanted}`, {
      built: `/assets/${basename(path)}`,
      imports: output.imports.filter((i) => i.kind === 'import-statement')
        .map((i) => `/assets/${basename(i.path)}`),
    });
  }
  return names;
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

try {
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, 'pages'), { recursive: true });
  const names = await buildAssets();
  for (const name of await readdir(pages)) {
    if (!name.endsWith('.html')) continue;
    const html = await readFile(join(pages, name), 'utf8');
    await writeFile(join(out, 'pages', name), linkAssets(html, names));
  }
  await cp(join(root, 'web/static'), out, { recursive: true });
} catch (error) {
  if (!error.errors) console.error(error);
  // Under `wrangler dev` a failing build would pause every request until the next good one.
  process.exit(process.env.WRANGLER_COMMAND === 'dev' ? 0 : 1);
}
