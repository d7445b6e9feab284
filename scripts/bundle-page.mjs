// Bundles the script of one page and what it loads later.
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { styleModule } from './element-styles.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Browsers of 2023 and later. */
const target = 'es2022';

/**
 * Bundles `entry` and returns `{ fileName, imports, files, modules }`: the name of the page's script, the
 * chunks that it imports at once, the content of all files by name, and the paths of bundled modules.
 */
export async function bundlePage(entry) {
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    // Lets the chunks that load later import from the page's own script.
    preserveEntrySignatures: 'allow-extension',
    transform: { target },
    plugins: [lib0StandIns, styles],
  });
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    sourcemap: true,
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { includeDependenciesRecursively: false, groups: [firstChunkOf(entry)] },
  });
  await bundle.close();
  const { fileName, imports } = output.find(({ isEntry }) => isEntry);
  const files = output.map((file) => [file.fileName, file.code ?? file.source]);
  const modules = output.flatMap((file) => Object.keys(file.modules ?? {}));
  return { fileName, imports, files: new Map(files), modules };
}

/** Bundles `entry` as one plain script, for pages of other sites. */
export async function bundleScript(entry, fileName) {
  const bundle = await rolldown({ input: entry, platform: 'browser', transform: { target } });
  const { output } = await bundle.generate({
    format: 'iife',
    minify: true,
    sourcemap: true,
    entryFileNames: fileName,
  });
  await bundle.close();
  return new Map(output.map((file) => [file.fileName, file.code ?? file.source]));
}

/**
 * Keeps everything that a page's script imports at once in one chunk. By default each set of modules
 * that a later chunk shares with it becomes a chunk of its own, and the page then loads 6 KB more
 * (brotli) before the first key.
 */
function firstChunkOf(entry) {
  let modules = null;
  return {
    debugName: 'what the page loads first',
    name(id, graph) {
      modules ??= importedBy(entry, graph);
      return modules.has(id) ? basename(entry, '.ts') : null;
    },
  };
}

function importedBy(entry, graph) {
  const modules = new Set([entry]);
  // A set visits what is added while it is walked.
  for (const id of modules) {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) modules.add(imported);
  }
  return modules;
}

/**
 * Replaces modules of lib0 by those in web/lib0, which saves 2 KB (brotli). See
 * docs/decisions/0012-replace-lib0-modules-in-the-browser.md.
 */
const lib0StandIns = {
  name: 'lib0-stand-ins',
  resolveId: {
    filter: { id: /^(lib0|\.)\/(logging|environment)(\.js)?$/ },
    handler(id, importer) {
      if (id.startsWith('.') && !importer.includes('/node_modules/lib0/')) return;
      return join(root, 'web/lib0', `${basename(id, '.js')}.ts`);
    },
  },
};

/** The style sheets of web/elements, for a page that shows an element. */
const styles = {
  name: 'element-styles',
  resolveId: { filter: { id: /^styles:/ }, handler: (id) => `\0${id}` },
  load: {
    filter: { id: /^\0styles:/ },
    handler: (id) => styleModule(root, id.slice('\0styles:'.length)),
  },
};
