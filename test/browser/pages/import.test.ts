import { Buffer } from 'node:buffer';
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

async function importFile(page: Page, name: string, bytes: Uint8Array | string): Promise<void> {
  await page.goto(service);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#import')]);
  await chooser.setFiles({ name, mimeType: '', buffer: Buffer.from(bytes) });
}

const notice = (page: Page) => page.innerText('.content-notice').catch(() => '');

describe('[P13] importing a file', () => {
  test('names what was changed or left out, until the notice is closed by key', async () => {
    const { page, faults } = await visit(browser, service);
    await importFile(page, 'plan.md', '# Plan\n\n![](a.png)\n\n|a|b|\n|-|-|\n|c|d|\n');
    await eventually(() => notice(page)).toContain('A picture was left out: a.png');
    expect(await notice(page)).toContain('A table became lines.');
    expect(await page.getAttribute('.content-notice [role=status]', 'role')).toBe('status');
    await page.focus('.content-notice button');
    await page.keyboard.press('Enter');
    expect(await page.locator('.content-notice').count()).toBe(0);
    await importFile(page, 'plain.md', '# Plan\n\ntext\n');
    await eventually(() => page.inputValue('#title')).toBe('Plan');
    expect(await page.locator('.content-notice').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('a paste says the same', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/html', '<p>a<img src="http://b.c/d.png"></p>');
      document.querySelector('.ProseMirror')?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    });
    await eventually(() => notice(page)).toContain('A picture was left out: http://b.c/d.png');
    await page.focus('.content-notice button');
    await page.keyboard.press('Escape');
    expect(await page.locator('.content-notice').count()).toBe(0);
    await page.context().close();
  });

  test('reads text in other encodings and with other line breaks', async () => {
    const { page } = await visit(browser, service);
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('Größe\r\nzwei', 'utf16le'),
    ]);
    await importFile(page, 'notes.txt', utf16);
    await eventually(() => linesOf(page)).toEqual(['Größe', 'zwei']);
    expect(await page.locator('.content-notice').count()).toBe(0);
    await importFile(page, 'old.txt', Buffer.from('Caf\xe9 \x93a\x94\rtwo\r\rfour\r', 'latin1'));
    await eventually(() => linesOf(page)).toEqual(['Café “a”', 'two', '', 'four']);
    await eventually(() => notice(page)).toContain('It was read as Windows-1252 (Western)');
    await importFile(
      page,
      'page.html',
      Buffer.from('<meta charset=latin1><title>T</title>\xe9', 'latin1'),
    );
    await eventually(() => linesOf(page)).toEqual(['é']);
    await page.context().close();
  });

  test('creates nothing for a file that it cannot read', async () => {
    const { page } = await visit(browser, service);
    for (
      const [name, bytes] of [
        ['photo.txt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 0])],
        ['long.md', '- a\n'.repeat(150_000)],
      ] as const
    ) {
      const posts: string[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') posts.push(request.url());
      });
      await importFile(page, name, bytes);
      await eventually(() => page.innerText('#message')).toContain(`Cannot import “${name}”`);
      expect(new URL(page.url()).pathname).toBe('/');
      expect(posts).toEqual([]);
    }
    expect(await page.evaluate(() => caches.keys())).not.toContain('edgepad-import');
    await page.context().close();
  });

  test.each([
    ['a.html', '<title>Ports &amp; ships</title><h1>b</h1>', 'Ports & ships'],
    ['a.html', '<h1>b <i>c</i></h1>', 'b c'],
    ['a.md', '---\ntitle: Ports\n---\n# b\n', 'Ports'],
    ['a plan.md', 'text\n', 'a plan'],
  ])('takes its title from %s: %s', async (name, text, title) => {
    const { page } = await visit(browser, service);
    await importFile(page, name, text);
    await eventually(() => page.inputValue('#title').catch(() => '')).toBe(title);
    await page.context().close();
  });
});

describe('the title of a document without one', () => {
  test('[R14] is its first heading: in the tab, the list, and the names of files', async () => {
    const name = freshName();
    const { page } = await visitEditor(browser, `${service}/d/${name}`);
    await page.keyboard.type('# Harbour plan\ntext');
    await eventually(() => page.title()).toBe('Harbour plan · Edgepad');
    await eventually(() => page.getAttribute('#status', 'data-state')).toBe('saved');
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('#page-heading')).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await page.click('#menu-button');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-format=md]'),
    ]);
    expect(file.suggestedFilename()).toBe('Harbour plan.md');
    await page.goto(service);
    await eventually(() => page.innerText('#documents')).toContain('Harbour plan');
    await page.context().close();
  });

  test('an untouched new document is not listed, and a written one is', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await eventually(() => page.title()).toBe('Untitled · Edgepad');
    await page.goto(service);
    expect(await page.locator('#documents li').count()).toBe(0);
    await page.goto(`${service}/d/${freshName()}`);
    await page.waitForSelector('.ProseMirror[contenteditable=true]');
    await page.waitForFunction(() => document.title.startsWith('Untitled'));
    await page.click('.ProseMirror');
    await page.keyboard.type('words');
    await eventually(() => page.evaluate(() => localStorage.getItem('edgepad:recent-documents')))
      .toContain('"title":""');
    await page.goto(service);
    expect(await page.locator('#documents li').count()).toBe(1);
    await page.context().close();
  });
});

test('[E5] prints the address of a link after its text, unless the text is the address', async () => {
  const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
  await page.keyboard.type('see https://a.org/b and ');
  await page.keyboard.type('[this](https://c.org/d) too');
  // Also what was typed before the rules had loaded is formatted.
  await page.waitForFunction(() => document.querySelectorAll('.ProseMirror a').length === 2);
  await page.waitForSelector('#share:enabled');
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const after = await page.$$eval(
    '.ProseMirror a',
    (links) => links.map((link) => getComputedStyle(link, '::after').content),
  );
  expect(after).toEqual(['none', expect.stringContaining('https://c.org/d')]);
  await page.context().close();
});
