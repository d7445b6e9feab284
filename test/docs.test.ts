import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const markdownIn = (folder: string) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.md'));
const pages = [...readdirSync('.').filter((name) => name.endsWith('.md')), ...markdownIn('docs')];

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** All TypeScript source in these folders, by path. */
const sources = ['protocol', 'content', 'worker', 'web', 'test/support'].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
);

/** The sources that export each name. */
const exported = new Map<string, string[]>();
for (const source of sources) {
  const declarations =
    /^export (?:abstract |async )?(?:class|interface|type|function\*?|const) (\w+)/gm;
  for (const [, name = ''] of source.matchAll(declarations)) {
    exported.set(name, [...exported.get(name) ?? [], source]);
  }
}

/** Names in the docs that belong to a platform, a standard or a library. */
const platformNames = new Set([
  'Allow',
  'ETag',
  'EventSource',
  'Host',
  'LimitNOFILE',
  'MessageChannel',
  'MessagePort',
  'MiniBrowser',
  'Origin',
  'WebKitWebDriver',
  'WebSocket',
]);

const matchesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, match = '']) => match);

/** The fragment that GitHub gives a heading. */
const fragmentOf = (heading: string) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-');

const fragmentsIn = (path: string) =>
  matchesIn(readFileSync(path, 'utf8'), /^#+ (.+)$/gm).map(fragmentOf);

const rules = new Set(
  matchesIn(readFileSync('docs/RULES.md', 'utf8'), /^- \*\*([A-Z]\d+)\*\*/gm),
);

/** Whether a name in backticks, such as `Room` or `Room.receive`, is exported by a source. */
function isExported(name: string): boolean {
  const [base = '', member] = name.split('.');
  const owners = exported.get(base) ?? [];
  if (member === undefined) return owners.length > 0;
  return owners.some((source) => new RegExp(`\\b${member}\\b`).test(source));
}

describe('the docs name only what exists', () => {
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    const isHistory = page.includes('decisions') || page === 'CHANGELOG.md';

    it(`${page}: links and images`, () => {
      // Links in code belong to the page that the code builds.
      const prose = text.replaceAll(/^```.*?^```$/gms, '');
      const targets = matchesIn(prose, /(?:\]\(|\ssrc="|\shref=")([^)"\s]+)/g)
        .filter((target) => !/^[a-z]+:/.test(target) && !target.includes('HOST'));
      const missing = targets.filter((target) => {
        const [path = '', fragment] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(file)) return true;
        return fragment !== undefined && !fragmentsIn(file).includes(fragment);
      });
      expect(missing).toEqual([]);
    });

    it(`${page}: files and folders`, () => {
      const paths = matchesIn(
        text,
        /`((?:protocol|worker|web|test|docs|scripts|bench|examples)\/[\w./-]*)`/g,
      );
      expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    });

    it(`${page}: commands`, () => {
      expect(matchesIn(text, /npm run ([\w:-]+)/g).filter((name) => !(name in scripts))).toEqual(
        [],
      );
      const benches = matchesIn(text, /npm run bench -- ([\w-]+)/g);
      expect(benches.filter((name) => !existsSync(`bench/${name}.ts`))).toEqual([]);
      const tests = matchesIn(text, /npx vitest run([^`#\n]*)/g)
        .flatMap((line) => line.split(' ')).filter((word) => word.startsWith('test/'));
      const missing = tests.filter((path) => !existsSync(path) && !existsSync(`${path}.test.ts`));
      expect(missing).toEqual([]);
    });

    it(`${page}: tables that fit without scrolling`, () => {
      expect(matchesIn(text, /^(\|.{120,})$/gm)).toEqual([]);
    });

    it(`${page}: rules`, () => {
      const ids = matchesIn(text, /\b([EFMPRSTU]\d{1,2})\b/g);
      expect(ids.filter((id) => !rules.has(id))).toEqual([]);
    });

    // These may name what no longer exists.
    if (isHistory) continue;
    it(`${page}: exported names`, () => {
      const names = matchesIn(text, /`([A-Z]\w*[a-z]\w*(?:\.\w+)?)(?:\(\))?`/g);
      const isOurs = (name: string) =>
        !name.startsWith('Y.') && !platformNames.has(name.split('.')[0] ?? '');
      expect(names.filter((name) => isOurs(name) && !isExported(name))).toEqual([]);
      const calls = matchesIn(text, /`([a-z]\w+)\([^`]*\)`/g);
      const isFunction = (name: string) => sources.some((source) => source.includes(`${name}(`));
      expect(calls.filter((name) => !isFunction(name))).toEqual([]);
    });
  }
});

describe('ARCHITECTURE.md', () => {
  it('shows a layout of folders and files that exist', () => {
    const [, layout = ''] =
      /^```\n(protocol\/.*?)^```/ms.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ??
        [];
    const folders: string[] = [];
    const missing: string[] = [];
    for (const [, indent = '', names = ''] of layout.matchAll(/^( *)(\S+(?:, \S+)*)(?: {2}|$)/gm)) {
      for (const name of names.split(', ')) {
        const path = join(...folders.slice(0, indent.length / 2), name);
        folders[indent.length / 2] = name;
        if (!existsSync(path)) missing.push(path);
      }
    }
    expect(missing).toEqual([]);
    expect(folders.length).toBeGreaterThan(0);
  });

  it('has at most 200 lines', () => {
    expect(readFileSync('ARCHITECTURE.md', 'utf8').split('\n').length).toBeLessThanOrEqual(200);
  });
});

describe('docs/RULES.md', () => {
  it('lists every rule that a test names', () => {
    const tests = readdirSync('test', { recursive: true }).map((name) => join('test', String(name)))
      .filter((name) => name.endsWith('.test.ts'))
      .map((path) => readFileSync(path, 'utf8'));
    const brackets = tests.flatMap((text) =>
      matchesIn(text, /['"`]\[([A-Z]\d+(?:,? [A-Z]\d+)*)\]/g)
    );
    const named = new Set(brackets.flatMap((ids) => ids.split(/,? /)));
    const invariants = /^I\d+$/;
    expect([...named].filter((id) => !rules.has(id) && !invariants.test(id)).sort()).toEqual([]);
  });
});
