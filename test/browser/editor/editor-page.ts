import { build } from 'esbuild';
import { basename } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { faultsOf } from '../../support/browser/browser.ts';

/** A made-up origin. The test serves its files. */
const origin = 'https://editor.test';

let built: Promise<Map<string, string>> | undefined;

function buildPage(): Promise<Map<string, string>> {
  return built ??= build({
    entryPoints: {
      page: 'test/browser/editor/editor-page-entry.ts',
      styles: 'web/pages/document/document.css',
    },
    bundle: true,
    format: 'esm',
    splitting: true,
    write: false,
    outdir: 'out',
    logLevel: 'warning',
  }).then(({ outputFiles }) =>
    new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]))
  );
}

/**
 * Opens a page with only the editor, for tests without a service. Its Content-Security-Policy is
 * that of the real page. In `page.evaluate`, `edgepad` has the functions of `editor-page-entry.ts`.
 */
export async function openEditorPage(
  browser: Browser,
): Promise<{ page: Page; faults: string[] }> {
  const files = await buildPage();
  const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
  const page = await context.newPage();
  const faults = faultsOf(page);
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    const body = url.origin === origin ? files.get(url.pathname) : undefined;
    if (body !== undefined) {
      const isScript = url.pathname.endsWith('.js');
      return route.fulfill({ body, contentType: isScript ? 'text/javascript' : 'text/css' });
    }
    if (url.href !== `${origin}/`) return route.abort();
    return route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: {
        'Content-Security-Policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:",
      },
      body: '<!DOCTYPE html><html lang="en"><head><title>Editor</title>' +
        '<link rel="stylesheet" href="/styles.css"><script type="module" src="/page.js"></script>' +
        '</head><body></body></html>',
    });
  });
  await page.goto(`${origin}/`);
  await page.waitForSelector('.ProseMirror', { timeout: 8000 });
  await page.evaluate(async () => {
    await edgepad.ready;
    edgepad.editor.view.focus();
  });
  return { page, faults };
}
