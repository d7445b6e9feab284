import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { faultsOf, openBrowser } from '../../support/browser/browser.ts';

const service = inject('service');
let browser: Browser;
const faults: string[][] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

let count = 0;
function newName(): string {
  return `editor-${Date.now().toString(36)}-${count++}`;
}

/** Opens the document in a browser context of its own. Errors in the page fail the test. */
async function open(name: string): Promise<Page> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  faults.push(faultsOf(page));
  await page.goto(`${service}/d/${name}`);
  await page.waitForSelector('.ProseMirror[contenteditable=true]');
  return page;
}

/** A client without our editor. */
function stockClient(name: string, doc: Y.Doc): WebsocketProvider {
  return new WebsocketProvider(`${service.replace('http', 'ws')}/docs`, name, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
}

/** The rendered lines, as `kind.level text`, without remote carets. */
function linesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const lines = document.querySelector('.ProseMirror')?.children ?? [];
    return [...lines].map((line) => {
      const copy = line.cloneNode(true) as HTMLElement;
      copy.querySelectorAll('.remote-caret').forEach((caret) => caret.remove());
      const { kind = line.localName, indent = '' } = copy.dataset;
      return `${kind}${indent} ${copy.textContent}`;
    });
  });
}

async function closeAll(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
  expect(faults.splice(0).flat()).toEqual([]);
}

describe('the editor with real keys', () => {
  test('[E1] changing the kind of a line keeps concurrent typing', async () => {
    const name = newName();
    const ann = await open(name);
    await ann.keyboard.type('The harbour fills');
    const bob = await open(name);
    await bob.click('.ProseMirror p');
    await bob.keyboard.press('End');
    const typing = bob.keyboard.type(' twice a day, never at the same hour', { delay: 15 });
    for (const keys of ['Control+Alt+1', 'Control+Shift+8', 'Control+Alt+0', 'Control+Shift+9']) {
      await ann.keyboard.press(keys);
      await ann.waitForTimeout(90);
    }
    await typing;
    const whole = ['task The harbour fills twice a day, never at the same hour'];
    await expect.poll(() => linesOf(ann)).toEqual(whole);
    await expect.poll(() => linesOf(bob)).toEqual(whole);
    await closeAll(ann, bob);
  });

  test("[E4] undo affects only the user's own edits", async () => {
    const name = newName();
    const ann = await open(name);
    await ann.keyboard.type('one');
    const bob = await open(name);
    await bob.click('.ProseMirror p');
    await bob.keyboard.press('Home');
    await bob.keyboard.type('Bob+');
    await expect.poll(() => linesOf(ann)).toEqual(['p Bob+one']);
    await ann.keyboard.press('Control+z');
    await expect.poll(() => linesOf(bob)).toEqual(['p Bob+']);
    await ann.keyboard.press('Control+y');
    await expect.poll(() => linesOf(bob)).toEqual(['p Bob+one']);
    await closeAll(ann, bob);
  });

  test('[E14] remote edits do not undo a caret move', async () => {
    const name = newName();
    const ann = await open(name);
    await ann.keyboard.type('first line\n');
    const doc = new Y.Doc();
    const provider = stockClient(name, doc);
    await expect.poll(() => contentOf(doc).length).toBe(2);
    const line = (contentOf(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const writing = setInterval(() => line.insert(0, 'z'), 4);
    for (let i = 0; i < 30; i++) {
      await ann.keyboard.type('ab');
      await ann.keyboard.press('ArrowLeft');
      await ann.keyboard.type('X');
      await ann.keyboard.press('End');
    }
    clearInterval(writing);
    expect((await linesOf(ann))[1]).toBe(`p ${'aXb'.repeat(30)}`);
    provider.destroy();
    await closeAll(ann);
  });

  test('[E14] a key right after a caret move acts at the new caret', async () => {
    const ann = await open(newName());
    for (let round = 0; round < 12; round++) {
      await ann.keyboard.type(`word${round}`);
      await ann.keyboard.press('Shift+Home');
      await ann.keyboard.press('End');
      await ann.keyboard.press('Enter');
    }
    const words = Array.from({ length: 12 }, (_, round) => `p word${round}`);
    await expect.poll(() => linesOf(ann)).toEqual([...words, 'p ']);
    await closeAll(ann);
  });

  test('[E6] the page names unsupported content', async () => {
    const name = newName();
    const doc = new Y.Doc();
    contentOf(doc).insert(0, [new Y.XmlElement('table')]);
    const provider = stockClient(name, doc);
    await new Promise((resolve) => provider.once('sync', resolve));
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${service}/d/${name}`);
    const notice = page.locator('#notice');
    await notice.waitFor();
    expect(await notice.textContent()).toContain('the block "table"');
    expect(await notice.locator('a').getAttribute('href')).toBe(`/v/${name}`);
    expect(contentOf(doc).toString()).toBe('<table></table>');
    provider.destroy();
    await closeAll(page);
  });

  test('[E12] Tab indents, and leaves the text after Escape', async () => {
    const ann = await open(newName());
    const isInText = () =>
      ann.evaluate(() => document.activeElement?.classList.contains('ProseMirror'));
    await ann.keyboard.type('text');
    await ann.keyboard.press('Tab');
    await ann.keyboard.type('!');
    expect(await linesOf(ann)).toEqual(['p1 text!']);
    await ann.keyboard.press('Shift+Tab');
    await ann.keyboard.type('\n- a\nb');
    await ann.keyboard.press('Tab');
    expect(await isInText()).toBe(true);
    expect(await linesOf(ann)).toEqual(['p text!', 'bullet a', 'bullet1 b']);
    await ann.keyboard.press('Escape');
    await ann.keyboard.press('Tab');
    expect(await isInText()).toBe(false);
    await closeAll(ann);
  });

  test('[E15] copies nested lists, and pastes them as the same lines', async () => {
    const ann = await open(newName());
    await ann.keyboard.type('# T\npara\n- a\nb');
    await ann.keyboard.press('Tab');
    await ann.keyboard.type('\nc');
    await ann.keyboard.press('Shift+Tab');
    await ann.keyboard.type('\n\n1. x\ny\n\n[x] done\ntodo\n\n> q1\nq2\n\n```code\nmore');
    const lines = await linesOf(ann);
    await ann.keyboard.press('Control+a');
    await ann.keyboard.press('Control+c');
    const html = await ann.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return item ? (await item.getType('text/html')).text() : '';
    });
    expect(html).toMatch(/<ul><li><p[^>]*>a<\/p><ul><li><p[^>]*>b<\/p><\/li><\/ul><\/li>/);
    await ann.keyboard.press('Delete');
    await ann.keyboard.press('Control+v');
    expect(await linesOf(ann)).toEqual(lines);
    await closeAll(ann);
  });

  test('[E9] the link dialog accepts only allowed addresses', async () => {
    const ann = await open(newName());
    await ann.keyboard.type('manual');
    await ann.keyboard.press('Control+Shift+ArrowLeft');
    await ann.keyboard.press('Control+k');
    await ann.waitForSelector('dialog[open]');
    await ann.keyboard.type('javascript:alert(1)');
    await ann.keyboard.press('Enter');
    await expect.poll(() => ann.locator('[role=alert].dialog-error').textContent()).not.toBe('');
    await ann.locator('dialog input[type=url]').fill('example.com');
    await ann.keyboard.press('Enter');
    await expect.poll(() => ann.locator('.ProseMirror a').getAttribute('href'))
      .toBe('https://example.com');
    expect(await ann.evaluate(() => document.activeElement?.className)).toContain('ProseMirror');
    await closeAll(ann);
  });

  test('shows a new name and title to other users', async () => {
    const name = newName();
    const ann = await open(name);
    const bob = await open(name);
    await ann.fill('#title', 'Tide notes');
    await expect.poll(() => bob.title()).toBe('Tide notes · Edgepad');
    await ann.click('#people');
    await ann.fill('#guest-name', 'Ada Lovelace');
    await expect.poll(() => bob.locator('#people').getAttribute('title')).toContain('Ada Lovelace');
    await closeAll(ann, bob);
  });
});
