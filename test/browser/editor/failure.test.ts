import type { Browser, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { linesOf, openBrowser } from '../../support/browser/browser.ts';
import { eventually, visitEditor } from '../../support/browser/page.ts';
import { ClosedService, type MadeDocument } from '../../support/servers/closed-service.ts';

let browser: Browser;
let closed: ClosedService;
beforeAll(async () => {
  [browser, closed] = await Promise.all([openBrowser(), ClosedService.start(inject('host'))]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await closed?.stop();
});

/** Another author, with a stock client. */
async function connectMember({ name, keys }: MadeDocument): Promise<WebsocketProvider> {
  const provider = new WebsocketProvider(
    `${closed.url.replace('http', 'ws')}/docs`,
    name,
    new Y.Doc(),
    {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
      params: { token: keys.edit },
    },
  );
  await new Promise((resolve) => provider.once('sync', resolve));
  return provider;
}

async function writeFirstLine(page: Page): Promise<void> {
  await page.click('.ProseMirror');
  await page.keyboard.type('Tide');
  await page.getByText('Saved', { exact: true }).waitFor();
}

describe('[P7] an error of the editor', () => {
  test('is shown; the page is never "Saved" again, and offers the text', async () => {
    const made = await closed.make();
    const { page, faults } = await visitEditor(browser, made.links.own);
    await writeFirstLine(page);
    const member = await connectMember(made);
    // y-prosemirror calls this for a remote change while the caret is in the text.
    await page.evaluate(() => {
      document.createRange = () => {
        throw new Error('Thrown by a test');
      };
    });
    contentOf(member.doc).insert(1, [new Y.XmlElement('horizontalRule')]);
    await eventually(() => page.innerText('#status')).toMatch(/An error stopped the editor/);
    expect(await page.innerText('#notice')).toMatch(/Reload the page/);
    await page.waitForSelector('.recovery[data-kind=unsaved]');
    expect(await page.innerText('.recovery')).toContain('Tide');
    expect(await page.getAttribute('.ProseMirror', 'contenteditable')).toBe('false');
    expect(await linesOf(page)).toEqual(['Tide']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toBe('Tide');
    expect(faults).toEqual(['Thrown by a test']);

    await page.reload();
    await page.locator('.ProseMirror hr').waitFor();
    expect(await page.innerText('.ProseMirror')).toContain('Tide');
    member.destroy();
    await page.context().close();
  });
});

describe('[P8] content that the editor cannot show', () => {
  test('locks the page of a member; an owner removes it with a copy, and all continue', async () => {
    const made = await closed.make();
    const owner = await visitEditor(browser, made.links.own);
    await writeFirstLine(owner.page);
    const editor = await visitEditor(browser, made.links.edit);
    const member = await connectMember(made);
    contentOf(member.doc).insert(1, [new Y.XmlElement('diagram')]);
    const remove = { name: 'Remove what this editor cannot show' };
    await owner.page.getByRole('button', remove).waitFor();
    await editor.page.waitForSelector('#notice:not([hidden])');
    expect(await editor.page.getByRole('button', remove).count()).toBe(0);

    await owner.page.getByRole('button', remove).click();
    const dialog = owner.page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('the block "diagram"');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await owner.page.getByRole('button', remove).click();
    const [download] = await Promise.all([
      owner.page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download a copy and remove' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.edgepad$/);
    for (const { page, faults } of [owner, editor]) {
      await page.getByRole('button', { name: 'Continue' }).click();
      await eventually(() => linesOf(page)).toEqual(['Tide']);
      expect(faults).toEqual([]);
    }
    await editor.page.click('.ProseMirror');
    await editor.page.keyboard.press('End');
    await editor.page.keyboard.type(' table');
    await eventually(() => linesOf(owner.page)).toEqual(['Tide table']);
    member.destroy();
    await owner.page.context().close();
    await editor.page.context().close();
  });

  test('an unknown mark is no reason to lock, and is kept', async () => {
    const made = await closed.make();
    const { page, faults } = await visitEditor(browser, made.links.edit);
    await writeFirstLine(page);
    const member = await connectMember(made);
    const text = (contentOf(member.doc).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.format(0, 4, { highlight: 'red' as never });
    await page.waitForSelector('.ProseMirror p span');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('r');
    await eventually(() => text.toDelta()).toEqual([
      { insert: 'Tride', attributes: { highlight: 'red' } },
    ]);
    expect(faults).toEqual([]);
    member.destroy();
    await page.context().close();
  });
});
