import { brotliCompressSync } from 'node:zlib';
import { expect, inject, test } from 'vitest';
import { freshName } from '../support/y-client.ts';

const service = inject('service');

async function textAt(path: string): Promise<string> {
  const response = await fetch(`${service}${path}`);
  expect(response.status).toBe(200);
  return await response.text();
}

const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('[U6] a document page loads at most 100 KB before the first key', async () => {
  const page = await textAt(`/d/${freshName()}`);
  // Styles for print do not block the page.
  const html = page.replaceAll(/<link [^>]*media="print"[^>]*>/g, '');
  const open = found(html, /(?:src|href)="(\/assets\/[^"]+)"/g);
  const loaded = new Map([['/', page]]);
  for (let path = open.pop(); path; path = open.pop()) {
    if (loaded.has(path)) continue;
    const text = await textAt(path);
    loaded.set(path, text);
    const imported = found(text, /(?:from|import)\s*["`]\.\/([^"`]+)["`]/g);
    open.push(...imported.map((name) => `/assets/${name}`));
  }
  expect([...loaded.keys()].some((path) => path.endsWith('.css'))).toBe(true);
  const sizes = [...loaded.values()].map((text) => brotliCompressSync(text).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(100 * 1024);
  // Fails if the page was not measured.
  expect(Math.max(...sizes)).toBeGreaterThan(50 * 1024);
});
