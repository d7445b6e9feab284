// Lists the TypeScript sources and their imports, for the checks of the gate.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Returns the TypeScript files below these folders, as paths from the root of the repository. */
export function sourceFiles(folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
  ).sort();
}

export function readSource(file) {
  return readFileSync(join(root, file), 'utf8');
}

const statements = /^(import|export)\s(?:([^;']*?)\sfrom\s+)?'([^']+)'/gm;
const dynamicImports = /\bimport\(\s*'([^']+)'/g;

/**
 * Returns the imports and re-exports of a file. `target` is a path from the root for a relative
 * specifier, else null. `names` is null for a dynamic import or `import *`, which use every export.
 */
export function importsOf(file) {
  const source = readSource(file);
  const resolve = (specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : null;
  const found = [];
  for (const [, keyword, clause = '', specifier] of source.matchAll(statements)) {
    found.push({
      specifier,
      target: resolve(specifier),
      isDynamic: false,
      isTypeOnly: /^type\s/.test(clause),
      names: clause.includes('*') ? null : namesIn(clause),
      isReexport: keyword === 'export',
    });
  }
  for (const [, specifier] of source.matchAll(dynamicImports)) {
    const target = resolve(specifier);
    found.push({ specifier, target, isDynamic: true, isTypeOnly: false, names: null });
  }
  return found;
}

/** The imported names of `type A, { b as c, type D }`. */
function namesIn(clause) {
  const inBraces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  return inBraces.split(',').map((name) => name.trim().replace(/^type\s+/, '').split(/\s/)[0])
    .filter(Boolean);
}
