// Builds the npm package into dist/npm and packs it: `npm run pack:npm`. With `--check`, runs publint and
// @arethetypeswrong/cli on it; npx fetches both.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { elementStyles } from './element-styles.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const out = join(root, 'dist/npm');
const checkers = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'];

/** The package's entry points, and the files of web/package they are built from. */
const entries = {
  './provider': 'provider',
  './editor': 'editor',
  './viewer': 'viewer',
  './viewer/define': 'viewer-define',
  './elements': 'elements',
  './elements/define': 'elements-define',
};

/** Peer dependencies: two copies of one of these on a page break synchronization. */
const peers = [
  'prosemirror-keymap',
  'prosemirror-model',
  'prosemirror-state',
  'prosemirror-transform',
  'prosemirror-view',
  'y-protocols',
  'yjs',
];

function run(command, args, cwd = root) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`Cannot pack: ${command} ${args.join(' ')} failed`);
}

/** Bundles the sources, with a chunk for each part that entry points share. Returns the packages they import. */
async function buildScripts() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      ...Object.values(entries).map((name) => `web/package/${name}.ts`),
      'web/package/editor.css',
    ],
    bundle: true,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
    sourcesContent: true,
    metafile: true,
    plugins: [elementStyles(root)],
    logLevel: 'warning',
    outdir: out,
    chunkNames: 'chunks/[name]-[hash]',
  });
  const outputs = Object.values(metafile.outputs);
  const imports = outputs.flatMap((output) => output.imports);
  return new Set(imports.filter(({ external }) => external).map(({ path }) => packageOf(path)));
}

function packageOf(path) {
  return path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/');
}

/** Declarations import `.ts` files; in the package these are `.js`. */
async function buildTypes() {
  const types = join(out, 'types');
  run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.package.json', '--outDir', types]);
  for (const entry of await readdir(types, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replaceAll(/(from |import\()?(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2'),
    );
  }
}

async function writeManifest(imported) {
  const { version, license, dependencies, devDependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const known = { ...devDependencies, ...dependencies };
  const ranges = (names) =>
    Object.fromEntries(
      names.sort().map((name) => {
        if (!known[name]) {
          throw new Error(`Cannot pack: ${name} is not a dependency in package.json`);
        }
        return [name, `^${known[name]}`];
      }),
    );
  const manifest = {
    name: 'edgepad',
    version,
    description:
      'Collaborative documents: provider, editor, viewer and custom elements for Edgepad',
    license,
    type: 'module',
    // A chunk that both `define` entry points share registers the elements.
    sideEffects: ['./*-define.js', './chunks/*.js', './editor.css'],
    exports: {
      ...Object.fromEntries(
        Object.entries(entries).map(([path, name]) => [path, {
          types: `./types/web/package/${name}.d.ts`,
          default: `./${name}.js`,
        }]),
      ),
      './editor.css': './editor.css',
    },
    peerDependencies: ranges([...imported].filter((name) => peers.includes(name))),
    dependencies: ranges([...imported].filter((name) => !peers.includes(name))),
  };
  await writeFile(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const readme = await readFile(join(root, 'web/package/README.md'), 'utf8');
  await writeFile(join(out, 'README.md'), readme);
  await writeFile(join(out, 'LICENSE'), await readFile(join(root, 'LICENSE')));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const imported = await buildScripts();
await buildTypes();
await writeManifest(imported);
run('npm', ['pack', '--silent', '--pack-destination', join(root, 'dist')], out);
if (process.argv.includes('--check')) {
  const [publint, types] = checkers;
  run('npx', ['--yes', publint, out, '--strict']);
  // Only ES modules: `require` would load a second copy of yjs.
  run('npx', [
    '--yes',
    types,
    '--pack',
    out,
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    'editor.css',
  ]);
}
