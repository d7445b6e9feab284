import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type * as Yjs from 'yjs';
import { faultsOf, linesOf, openBrowser } from '../../support/browser/browser.ts';
import { until } from '../../support/y-client.ts';

/** The page: an editor with recovery, and the document of another client. */
declare global {
  var other: Yjs.Doc;
  /** Applies what the other client wrote since the last call. */
  var arrive: () => void;
  var refuse: () => void;
}

const source = `
  import * as Y from 'yjs';
  import { contentOf } from './protocol/schema.ts';
  import { createEditor } from './web/editor/editor.ts';
  import { Awareness } from 'y-protocols/awareness';
  import { startRecovery } from './web/live-editor/recover-lost-text.ts';
  import { createDocument } from './web/pages/shared/create-document.ts';

  const doc = new Y.Doc(), other = new Y.Doc();
  const lines = ['The harbour fills.', 'Ropes are taken in before the tide.', 'The end.'];
  contentOf(other).insert(0, lines.map((text) => {
    const line = new Y.XmlElement('paragraph');
    line.insert(0, [new Y.XmlText(text)]);
    return line;
  }));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  const source = { incoming: [] };
  const arrive = () => {
    const update = Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc));
    source.incoming = [update];
    Y.applyUpdate(doc, update, 'network');
    source.incoming = [];
  };
  const editor = createEditor(document.querySelector('#paper'), {
    doc, awareness: new Awareness(doc), editable: true, plugins: [],
  });
  const { unsaved, offerUnsaved } = startRecovery({
    doc, name: 'notes', source, clients: [],
    url: location.origin.replace('http', 'ws') + '/docs',
    overlays: document.body,
    createDocument,
    viewOf: () => editor.view,
    mayWrite: () => true,
  });
  unsaved.markSaved(Y.encodeStateVector(doc));
  Object.assign(globalThis, { Y, other, arrive, refuse: offerUnsaved, lines: contentOf(other) });
`;

let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await openBrowser();
  context = await browser.newContext({
    // The last one: Chromium treats a page that a test fulfils as public, without access to localhost.
    permissions: ['clipboard-read', 'clipboard-write', 'local-network-access'],
  });
  const { outputFiles: [script] } = await build({
    stdin: { contents: source, resolveDir: '.', loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  const { outputFiles: [style] } = await build({
    entryPoints: ['web/pages/document/document.css'],
    bundle: true,
    write: false,
    logLevel: 'silent',
  });
  await context.route(`${inject('service')}/recovery-test*`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.endsWith('.js')) {
      return route.fulfill({ contentType: 'text/javascript', body: script?.text ?? '' });
    }
    if (pathname.endsWith('.css')) {
      return route.fulfill({ contentType: 'text/css', body: style?.text ?? '' });
    }
    return route.fulfill({
      contentType: 'text/html',
      body: `<!DOCTYPE html><html lang="en"><title>Rescue</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="stylesheet" href="/recovery-test.css">
        <main><div id="paper" class="paper"></div></main>
        <script type="module" src="/recovery-test.js"></script></html>`,
    });
  });
}, 120_000);
afterAll(() => browser?.close());

async function open(): Promise<{ page: Page; faults: string[] }> {
  const page = await context.newPage();
  const faults = faultsOf(page);
  await page.goto(`${inject('service')}/recovery-test`);
  await page.waitForFunction(() => 'arrive' in globalThis);
  return { page, faults };
}

/** Bob puts the caret after "Ropes" and types. */
async function typeInSecondLine(page: Page, text: string): Promise<void> {
  await page.click('.ProseMirror > :nth-child(2)');
  await page.keyboard.press('Home');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.type(text);
}

describe('[P7] text in a line that another person removes', () => {
  it('moves with its caret when the line is joined to the one above', async () => {
    const { page, faults } = await open();
    await typeInSecondLine(page, ' and sails');
    await page.evaluate(() => {
      const lines = other.getXmlFragment('lines');
      other.transact(() => {
        lines.delete(1, 1);
        const [text] = (lines.get(0) as Yjs.XmlElement).toArray() as Yjs.XmlText[];
        text?.insert(text.length, 'Ropes are taken in before the tide.');
      });
      arrive();
    });
    await page.keyboard.type(', wet,');
    expect(await linesOf(page)).toEqual([
      'The harbour fills.Ropes and sails, wet, are taken in before the tide.',
      'The end.',
    ]);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('is offered after a deletion, to insert, copy or dismiss', async () => {
    const { page, faults } = await open();
    const bar = page.locator('.recovery');
    const remove = () =>
      page.evaluate(() => {
        other.getXmlFragment('lines').delete(1, 1);
        arrive();
      });
    await typeInSecondLine(page, ' and sails');
    await remove();
    expect(await linesOf(page)).toEqual(['The harbour fills.', 'The end.']);
    await page.click('.ProseMirror > :first-child');
    await page.keyboard.press('End');
    await bar.getByRole('button', { name: 'Insert at cursor' }).waitFor();
    expect(await bar.getByRole('status').innerText()).toContain('deleted the line');
    await bar.getByRole('button', { name: 'Copy' }).click();
    await until(async () => (await bar.innerText()).includes('Copied'));
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(' and sails');
    await bar.getByRole('button', { name: 'Insert at cursor' }).click();
    expect((await linesOf(page))[0]).toBe('The harbour fills. and sails');
    expect(await bar.getByRole('button').count()).toBe(0);
    await page.keyboard.press('Control+z');
    expect((await linesOf(page))[0]).toBe('The harbour fills.');

    await page.click('.ProseMirror > :last-child');
    await page.keyboard.type('mine ');
    await remove();
    await bar.getByRole('button', { name: 'Dismiss' }).click();
    expect(await bar.getByRole('button').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('[P7] text that the service does not accept', () => {
  it('is offered as text, as a file, or as a new document', async () => {
    const { page, faults } = await open();
    const bar = page.locator('.recovery');
    await page.evaluate(() => refuse());
    // Everything was sent: there is nothing to offer.
    expect(await bar.getByRole('button').count()).toBe(0);
    await typeInSecondLine(page, ' and sails');
    await page.evaluate(() => refuse());
    expect(await bar.getByRole('status').innerText()).toContain('did not reach the document');
    await bar.getByRole('button', { name: 'Copy text' }).click();
    await until(async () => (await bar.innerText()).includes('Copied'));
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'Ropes and sails are taken in before the tide.',
    );
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      bar.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('notes.txt');
    expect(readFileSync(await file.path(), 'utf8')).toBe(
      'The harbour fills.\nRopes and sails are taken in before the tide.\nThe end.',
    );
    await bar.getByRole('button', { name: 'Save as a new document' }).click();
    await page.waitForURL(/\/d\/[a-z0-9]{12}$/);
    await page.waitForSelector('#paper:not([aria-busy])');
    expect((await linesOf(page))[1]).toBe('Ropes and sails are taken in before the tide.');
    expect(faults).toEqual([]);
    await page.close();
  });
});
