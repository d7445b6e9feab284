// Imports run one way: protocol <- worker/core <- worker <- {worker/cloudflare | worker/deno}, and
// protocol <- web. This reads every import and names those that go against it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The areas, the innermost last; a file belongs to the longest one that fits. */
const areas = ['protocol', 'worker', 'worker/core', 'worker/cloudflare', 'worker/deno', 'web'];

/** What each area may import beside itself: other areas, and packages. */
const allowed = {
  protocol: { areas: [], packages: ['yjs', 'lib0', 'prosemirror-model'] },
  'worker/core': { areas: ['protocol'], packages: ['yjs', 'lib0'] },
  worker: { areas: ['protocol', 'worker/core'], packages: ['hono'] },
  'worker/cloudflare': {
    areas: ['protocol', 'worker/core', 'worker'],
    packages: ['cloudflare:workers'],
  },
  'worker/deno': {
    areas: ['protocol', 'worker/core', 'worker'],
    packages: ['node:sqlite', 'node:util', 'node:url'],
  },
  web: { areas: ['protocol'], packages: null },
};

function areaOf(path) {
  const fits = areas.filter((area) => path === area || path.startsWith(`${area}/`));
  return fits.sort((a, b) => b.length - a.length)[0];
}

/** `import … from '…'`, `export … from '…'`, `import '…'` at the start of a line, and `import('…')`. */
const imports = /^(?:import|export)\s(?:[^;']*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm;

const faults = [];
for (const top of ['protocol', 'worker', 'web']) {
  for (const entry of readdirSync(join(root, top), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    const area = areaOf(file);
    const rules = allowed[area];
    const source = readFileSync(join(root, file), 'utf8');
    for (const [, named, dynamic] of source.matchAll(imports)) {
      const specifier = named ?? dynamic;
      if (specifier.startsWith('.')) {
        const target = relative(root, join(root, dirname(file), specifier)).split(sep).join('/');
        const targetArea = areaOf(target);
        if (targetArea !== area && !rules.areas.includes(targetArea)) {
          faults.push(`${file} imports ${target}: ${area} may not import ${targetArea ?? target}`);
        }
      } else if (rules.packages) {
        const known = rules.packages.some((p) => specifier === p || specifier.startsWith(`${p}/`));
        if (!known) faults.push(`${file} imports ${specifier}: not a package of ${area}`);
      }
    }
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
