// Checks the imports of the sources: their direction between areas, cycles, and unused exports.
// Direction: protocol <- worker/core <- worker <- {worker/cloudflare | worker/deno}; protocol <- web;
// protocol <- content <- {worker | web}.
import process from 'node:process';
import { importsOf, readSource, sourceFiles } from './source-files.mjs';

/** What each area may import besides itself: other areas, and packages (null: any). */
const rules = {
  protocol: { areas: [], packages: ['yjs', 'lib0', 'prosemirror-model'] },
  content: { areas: ['protocol'], packages: ['markdown-it', 'prosemirror-model', 'yjs'] },
  'worker/core': { areas: ['protocol'], packages: ['yjs', 'lib0'] },
  worker: { areas: ['protocol', 'content', 'worker/core'], packages: ['hono'] },
  'worker/cloudflare': {
    areas: ['protocol', 'worker/core', 'worker'],
    packages: ['cloudflare:workers'],
  },
  'worker/deno': {
    areas: ['protocol', 'worker/core', 'worker'],
    packages: [
      'node:crypto',
      'node:http',
      'node:net',
      'node:sqlite',
      'node:util',
      'node:url',
      'node:worker_threads',
    ],
  },
  web: { areas: ['protocol', 'content'], packages: null },
};

/** Files whose exports are the public surface of the npm package or of a build. */
const isEntryPoint = (file) => /^web\/(package|lib0)\/|^worker\/cloudflare\/[\w-]+\.ts$/.test(file);

const files = sourceFiles(['protocol', 'content', 'worker', 'web']);
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const faults = [...directionFaults(), ...cycles(), ...unusedExports()];
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);

/** The area of a path: the longest one that contains it. */
function areaOf(path) {
  return Object.keys(rules).filter((area) => path === area || path.startsWith(`${area}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function* directionFaults() {
  for (const [file, found] of imports) {
    const area = areaOf(file);
    const { areas, packages } = rules[area];
    for (const { specifier, target } of found) {
      if (target === null) {
        const isAllowed = packages?.some((name) =>
          specifier === name || specifier.startsWith(`${name}/`)
        ) ?? true;
        if (!isAllowed) yield `${file} imports ${specifier}: not a package of ${area}`;
        continue;
      }
      const targetArea = areaOf(target);
      if (targetArea === area || areas.includes(targetArea)) continue;
      yield `${file} imports ${target}: ${area} may not import ${targetArea ?? target}`;
    }
  }
}

/** Dynamic imports count as well: a lazily loaded file that imports its loader is hard to follow. */
function* cycles() {
  const done = new Set();
  const path = [];
  function* visit(file) {
    const start = path.indexOf(file);
    if (start >= 0) yield `import cycle: ${[...path.slice(start), file].join(' -> ')}`;
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const { target } of imports.get(file) ?? []) if (target) yield* visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of files) yield* visit(file);
}

function* unusedExports() {
  const used = new Map();
  for (const file of sourceFiles(['protocol', 'content', 'worker', 'web', 'test', 'bench'])) {
    for (const { target, names } of imports.get(file) ?? importsOf(file)) {
      if (target === null) continue;
      const uses = used.get(target) ?? new Set();
      for (const name of names ?? ['*']) uses.add(name);
      used.set(target, uses);
    }
  }
  const declarations =
    /^export (?:default )?(?:async |abstract |declare )*(?:class|function\*?|const|let|type|interface|enum) (\w+)/gm;
  for (const file of files.filter((file) => !isEntryPoint(file))) {
    const uses = used.get(file) ?? new Set();
    if (uses.has('*')) continue;
    for (const [, name] of readSource(file).matchAll(declarations)) {
      if (!uses.has(name)) yield `${file} exports ${name}, which no other file imports`;
    }
  }
}
