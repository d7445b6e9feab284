import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true }).map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('the documents name only what is there', () => {
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');

    it(`${page}: links`, () => {
      const targets = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target));
      expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
    });

    it(`${page}: files and folders`, () => {
      const named = [
        ...text.matchAll(/`((?:protocol|worker|web|test|docs|scripts|bench)\/[\w./-]*)`/g),
      ].map(([, path = '']) => path);
      expect(named.filter((path) => !existsSync(path))).toEqual([]);
    });

    it(`${page}: npm scripts`, () => {
      const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
      expect(named.filter((name) => !(name in scripts))).toEqual([]);
    });
  }
});
