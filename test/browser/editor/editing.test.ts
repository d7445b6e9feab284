import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, openBrowser, openDocument } from '../../support/browser/browser.ts';
import { startDevServer } from '../../support/servers/dev-server.ts';
import type { TestServer } from '../../support/servers/test-server.ts';
import { freshName, until } from '../../support/y-client.ts';

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startDevServer()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const statusOf = (page: Page) => page.getAttribute('#status', 'data-state');
const readerText = (page: Page) => page.innerText('#document');

describe('two editors and a reader', () => {
  test(
    '[P1] [P7] edit together through a restart of the service, and reconnect automatically',
    async () => {
      const name = freshName();
      const ann = await openDocument(browser, `${server.url}/d/${name}`, 'Ann');
      const bob = await openDocument(browser, `${server.url}/d/${name}`, 'Bob');

      await ann.page.click('.ProseMirror');
      await ann.page.keyboard.type('# Our plan\nFirst, ');
      await until(async () => (await linesOf(bob.page)).includes('First, '));
      await bob.page.click('.ProseMirror > :last-child');
      await bob.page.keyboard.press('End');
      await bob.page.keyboard.type('we write this together.');
      const expected = ['Our plan', 'First, we write this together.'];
      await until(async () => JSON.stringify(await linesOf(ann.page)) === JSON.stringify(expected));
      expect(await ann.page.locator('.ProseMirror h1').innerText()).toBe('Our plan');

      // Each page shows the other's name.
      await until(async () => (await ann.page.innerHTML('.ProseMirror')).includes('Bob'));
      await until(async () => (await bob.page.innerHTML('.ProseMirror')).includes('Ann'));
      await until(async () => await statusOf(ann.page) === 'saved');
      await until(async () => await statusOf(bob.page) === 'saved');

      // The reader page polls, without a WebSocket.
      const context = await browser.newContext();
      const reader = await context.newPage();
      const sockets: string[] = [];
      const polls: number[] = [];
      reader.on('websocket', (socket) => sockets.push(socket.url()));
      reader.on('response', (response) => {
        if (response.url().includes('/changes')) polls.push(response.status());
      });
      await reader.goto(`${server.url}/v/${name}`);
      expect(await readerText(reader)).toContain('First, we write this together.');

      // The server crashes and restarts.
      await server.kill();
      await until(async () => await statusOf(ann.page) === 'offline');
      await ann.page.keyboard.press('Control+End');
      await ann.page.keyboard.type(' Even offline.');
      expect(await ann.page.innerText('#status')).toMatch(/offline/i);
      await server.restart();
      await until(async () => await statusOf(ann.page) === 'saved');
      await until(async () => (await linesOf(bob.page))[1]?.endsWith('Even offline.') ?? false);
      await bob.page.keyboard.type(' And after.');
      await until(async () => (await readerText(reader)).includes('And after.'));
      await until(() => polls.includes(304) && polls.includes(200));
      expect(sockets).toEqual([]);
      expect(await linesOf(ann.page)).toEqual(await linesOf(bob.page));
      expect([...ann.faults, ...bob.faults]).toEqual([]);

      // Undo affects only the user's own edits.
      await ann.page.keyboard.press('Control+z');
      await until(async () => !(await linesOf(bob.page)).join().includes('Even offline.'));
      expect((await linesOf(bob.page)).join()).toContain('And after.');
      await Promise.all([ann, bob].map(({ page }) => page.context().close()));
      await context.close();
    },
    180_000,
  );

  test('[P6] the reader page is complete without JavaScript', async () => {
    const name = freshName();
    const ann = await openDocument(browser, `${server.url}/d/${name}`, 'Ann');
    await ann.page.click('.ProseMirror');
    await ann.page.keyboard.type('- one\ntwo');
    await until(async () => await statusOf(ann.page) === 'saved');
    const context = await browser.newContext({ javaScriptEnabled: false });
    const reader = await context.newPage();
    await reader.goto(`${server.url}/v/${name}`);
    expect(await reader.locator('#document ul > li').allInnerTexts()).toEqual(['one', 'two']);
    await context.close();
    await ann.page.context().close();
  });
});

describe('the home page', () => {
  test('creates a document, and lists it under its title afterwards', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    await page.click('#create');
    await page.waitForURL(/\/d\/[A-Za-z0-9_~-]{10,}$/);
    await page.waitForSelector('#paper:not([aria-busy])');
    await page.fill('#title', 'Shopping');
    await page.keyboard.press('Enter');
    await until(async () => await page.title() === 'Shopping · Edgepad');
    await until(async () => await statusOf(page) === 'saved');
    await page.goto(server.url);
    expect(await page.locator('#documents').innerText()).toContain('Shopping');
    await page.click('#documents a');
    await until(async () => await page.inputValue('#title') === 'Shopping');
    await context.close();
  });
});
