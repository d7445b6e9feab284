import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linesOf, openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const isSaved = (page: Page) => page.getAttribute('#status', 'data-state');
const wide = { viewport: { width: 1280, height: 800 } };

async function menu(page: Page, command: string): Promise<void> {
  await page.click('#menu-button');
  await page.click(`[data-command=${command}]`);
}

describe('find and replace', () => {
  test('counts and selects matches, replaces one or all, and returns the caret on Escape', async () => {
    const { page, faults } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.keyboard.type('The ferry is late.\nA Ferry waits.\nNo ferry today.');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+f');
    await page.waitForSelector('.find-bar:not([hidden])');
    await page.keyboard.type('ferry');
    const count = page.locator('.find-count');
    await eventually(() => count.innerText()).toBe('1 of 3');
    expect(await page.locator('.search-match').count()).toBe(3);
    await page.keyboard.press('Enter');
    await eventually(() => count.innerText()).toBe('2 of 3');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Shift+Enter');
    await eventually(() => count.innerText()).toBe('3 of 3');
    await page.click('[aria-label="Match case"]');
    await eventually(() => count.innerText()).toMatch(/of 2$/);
    await page.click('[aria-label="Match case"]');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('ProseMirror');
    expect(await page.locator('.search-match').count()).toBe(0);
    // The caret is at the match.
    expect(await page.evaluate(() => getSelection()?.toString().toLowerCase())).toBe('ferry');

    await page.keyboard.press('Control+h');
    await page.waitForSelector('[aria-label="Replace with"]');
    await eventually(() => count.innerText()).toMatch(/of 3$/);
    await page.fill('[aria-label="Replace with"]', 'boat');
    await page.click('text="Replace all"');
    await eventually(() => linesOf(page))
      .toEqual(['The boat is late.', 'A boat waits.', 'No boat today.']);
    await eventually(() => count.innerText()).toBe('3 replaced');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await eventually(() => linesOf(page))
      .toEqual(['The ferry is late.', 'A Ferry waits.', 'No ferry today.']);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('scrolls to a distant match, clear of the bar', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.keyboard.type(`${'line\n'.repeat(80)}treasure`);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+f');
    await page.waitForSelector('.find-bar:not([hidden])');
    await page.keyboard.type('treasure');
    await page.waitForSelector('.search-match');
    const hit = await page.locator('.search-match').boundingBox();
    const bar = await page.locator('.bar').boundingBox();
    expect(hit?.y).toBeGreaterThan((bar?.y ?? 0) + (bar?.height ?? 0));
    expect(hit?.y).toBeLessThan(760);
    await page.context().close();
  });
});

describe('the outline', () => {
  test('lists headings, scrolls to them, and stays hidden once it is closed', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`, wide);
    await page.keyboard.type(`# Top\n${'text\n'.repeat(60)}## Deep down\nend`);
    const entries = page.locator('#outline .outline-list button');
    await eventually(() => entries.allInnerTexts()).toEqual(['Top', 'Deep down']);
    await entries.first().click();
    await eventually(() => page.evaluate(() => scrollY)).toBeLessThan(10);
    await entries.nth(1).click();
    const heading = await page.locator('.ProseMirror h2').boundingBox();
    const bar = await page.locator('.bar').boundingBox();
    expect(heading?.y).toBeGreaterThanOrEqual(bar?.height ?? 0);
    await page.keyboard.type(' there');
    await eventually(() => entries.allInnerTexts()).toEqual(['Top', 'Deep down there']);
    await eventually(() => entries.nth(1).getAttribute('aria-current')).toBe('true');
    await menu(page, 'outline');
    await eventually(() => page.isVisible('#outline')).toBe(false);
    await eventually(() => isSaved(page)).toBe('saved');
    await page.reload();
    await page.waitForSelector('#word-count:not([hidden])');
    expect(await page.isVisible('#outline')).toBe(false);
    await page.context().close();
  });

  test('is a dialog in a narrow window, and explains how to add headings', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await menu(page, 'outline');
    await eventually(() => page.innerText('dialog[open]')).toContain('No headings yet');
    await page.keyboard.press('Escape');
    await page.click('.ProseMirror');
    await page.keyboard.type('# One');
    await menu(page, 'outline');
    await page.click('dialog[open] .outline-list button');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.context().close();
  });
});

test('the word count covers the document and the selection', async () => {
  const { page } = await visitEditor(browser, `${service}/d/${freshName()}`, wide);
  await page.keyboard.type('one two three\nfour');
  const count = page.locator('#word-count');
  await eventually(() => count.innerText()).toBe('4 words');
  await page.keyboard.press('Shift+Home');
  await eventually(() => count.innerText()).toBe('1 of 4 words');
  await count.click();
  const cells = page.locator('dialog[open] tbody td');
  await eventually(() => cells.allInnerTexts()).toEqual(['1', '4', '4', '17']);
  await page.context().close();
});

describe('files', () => {
  test('download as Markdown under the title, with the last changes', async () => {
    const { page, faults } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.fill('#title', 'Tide: table?');
    await page.keyboard.press('Enter');
    await page.keyboard.type('# High\n- low');
    await page.click('#menu-button');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-format=md]'),
    ]);
    expect(download.suggestedFilename()).toBe('Tide table.md');
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('# High');
    expect(text).toContain('- low');
    await menu(page, 'copy-markdown');
    await eventually(() => page.innerText('#toast')).toContain('Copied as Markdown');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('[U6] are not exported without changes that the service does not have', async () => {
    const ann = await visitEditor(browser, `${service}/d/${freshName()}`);
    const { page } = ann;
    await page.keyboard.type('kept');
    await eventually(() => isSaved(page)).toBe('saved');
    await ann.loseConnection();
    await eventually(() => isSaved(page)).toBe('offline');
    await page.keyboard.type(' and more');
    await menu(page, 'copy-markdown');
    await eventually(() => page.innerText('#toast')).toMatch(/offline/i);
    await page.context().close();
  });

  test('[E9] import as new documents, and nothing in them runs', async () => {
    const { page, faults } = await visit(browser, service);
    const importFile = async (name: string, text: string) => {
      await page.goto(service);
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.click('#import'),
      ]);
      await chooser.setFiles({ name, mimeType: '', buffer: Buffer.from(text) });
    };
    await importFile(
      'notes.md',
      '# Plan\n\n- [x] done\n  - deep\n\n[bad](javascript:alert(1)) **b**\n',
    );
    await page.waitForSelector('.ProseMirror h1');
    await eventually(() => page.inputValue('#title')).toBe('Plan');
    expect((await linesOf(page)).map((line) => line.trim())).toEqual([
      'Plan',
      'done',
      'deep',
      expect.stringContaining('bad'),
    ]);
    expect(await page.locator('.ProseMirror a').count()).toBe(0);
    expect(page.url()).not.toContain('#import');
    await eventually(() => isSaved(page)).toBe('saved');
    // A reload does not import again.
    await page.reload();
    await page.waitForSelector('.ProseMirror h1');
    expect(await page.locator('.ProseMirror h1').count()).toBe(1);

    await importFile(
      'page.html',
      '<title>Site</title><script>document.title="x"</script><img src=x onerror="alert(1)">' +
        '<ul><li><b>one</b><ol><li>two</ol></ul><p style="color:red" onclick="alert(1)">red</p>',
    );
    await page.waitForSelector('.ProseMirror strong');
    await eventually(() => page.inputValue('#title')).toBe('Site');
    expect((await linesOf(page)).filter((line) => line !== '')).toEqual(['one', 'two', 'red']);
    expect(await page.innerHTML('.ProseMirror')).not.toMatch(/onerror|onclick|script|style=/);

    await importFile('photo.jpg', 'x');
    await eventually(() => page.innerText('#message')).toContain('Cannot import');
    await importFile('big.md', 'x'.repeat(5_000_000));
    await eventually(() => page.innerText('#message')).toContain('larger than 4 MB');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

describe('guests', () => {
  test('[U7] draw different colours when they see each other', async () => {
    const name = freshName();
    const same = JSON.stringify({ name: 'Guest Owl', color: '#00756b' });
    const guests = await Promise.all([1, 2, 3].map(async () => {
      const context = await browser.newContext();
      await context.addInitScript((identity) => {
        localStorage.setItem('edgepad:identity', identity);
      }, same);
      const page = await context.newPage();
      await page.goto(`${service}/d/${name}`);
      return page;
    }));
    for (const page of guests) {
      await eventually(() =>
        page.$$eval('#people .avatar', (avatars) => {
          const colors = avatars.map((avatar) => getComputedStyle(avatar).backgroundColor);
          return [colors.length, new Set(colors).size];
        })
      ).toEqual([3, 3]);
    }
    for (const page of guests) await page.context().close();
  });

  test('keep a chosen colour, and show a new name to other people at once', async () => {
    const name = freshName();
    const ann = await visitEditor(browser, `${service}/d/${name}`);
    await ann.page.click('#people');
    await ann.page.click('[aria-label=Magenta]');
    await ann.page.fill('#guest-name', 'Ann');
    await ann.page.reload();
    await ann.page.waitForSelector('.ProseMirror[contenteditable=true]');
    const bob = await visitEditor(browser, `${service}/d/${name}`);
    await eventually(() => bob.page.getAttribute('#people', 'title')).toContain('Ann');
    expect(await bob.page.locator('#people .avatar').first().getAttribute('style'))
      .toContain('#b02a6b');
    await ann.page.context().close();
    await bob.page.context().close();
  });
});
