import type { Browser, Page } from 'playwright-core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linesOf, openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
let folder: string;
let image: string;
let markdown: string;
beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), 'edgepad-drop-'));
  [image, markdown] = [join(folder, 'pier.svg'), join(folder, 'tides.md')];
  await writeFile(image, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(markdown, '# Tides\n\nLow water at noon\n');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Drops a file of this machine, as the browser itself does. */
async function drop(page: Page, path: string, selector: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`Cannot drop: ${selector} is not visible`);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const x = box.x + Math.min(60, box.width / 2);
  const y = box.y + Math.min(20, box.height / 2);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await client.send('Input.dispatchDragEvent', { type, x, y, data });
  }
}

describe('[U13] a dropped file never leads away from the page', () => {
  test('of a document, which says what to do instead', async () => {
    const { page, faults } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.click('.ProseMirror');
    await page.keyboard.type('Low water');
    await page.waitForSelector('#menu-button:enabled');
    const address = page.url();
    for (const selector of ['.ProseMirror', '#toolbar', '#title', 'main']) {
      for (const path of [image, markdown]) {
        await drop(page, path, selector);
        await eventually(() => page.innerText('#toast:popover-open')).toContain(
          'cannot drop files',
        );
        await page.click('.toast-close');
      }
    }
    expect(page.url()).toBe(address);
    expect(page.context().pages()).toHaveLength(1);
    expect(await linesOf(page)).toEqual(['Low water']);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('of the home page, which imports it', async () => {
    const { page, faults } = await visit(browser, service);
    await drop(page, image, 'main');
    await eventually(() => page.innerText('#message')).toContain('Cannot import “pier.svg”');
    await drop(page, markdown, 'main');
    await eventually(() => linesOf(page).catch(() => [])).toContain('Low water at noon');
    expect(page.context().pages()).toHaveLength(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('of the read-only page', async () => {
    const name = freshName();
    const editor = await visitEditor(browser, `${service}/d/${name}`);
    await editor.page.click('.ProseMirror');
    await editor.page.keyboard.type('Low water');
    await eventually(() => editor.page.getAttribute('#status', 'data-state')).toBe('saved');
    const { page } = await visit(browser, `${service}/v/${name}`);
    await eventually(() => page.innerText('#document')).toContain('Low water');
    await drop(page, image, '#document');
    // The browser would open the file within this time.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(page.url()).toBe(`${service}/v/${name}`);
    expect(page.context().pages()).toHaveLength(1);
    await editor.page.context().close();
    await page.context().close();
  });
});
