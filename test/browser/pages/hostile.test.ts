import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import { faultsOf, openBrowser } from '../../support/browser/browser.ts';
import { docsUrl, freshName, stockProvider, until } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
const open: { destroy(): void }[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(() => {
  for (const provider of open.splice(0)) provider.destroy();
});
afterAll(() => browser?.close());

/** A document with one honest line, and an author who writes hostile content into it. */
async function mallory(): Promise<{ name: string; doc: Y.Doc }> {
  const name = freshName();
  const provider = stockProvider(service, name);
  open.push(provider);
  const { doc } = provider;
  await until(() => provider.synced);
  contentOf(doc).insert(0, [line('honest words')]);
  await until(async () => (await fetch(`${service}/v/${name}`)).ok);
  return { name, doc };
}

function line(text: string, attributes: Record<string, unknown> = {}): Y.XmlElement {
  return element('paragraph', attributes, [new Y.XmlText(text)]);
}

function element(
  name: string,
  attributes: Record<string, unknown> = {},
  children: (Y.XmlElement | Y.XmlText)[] = [],
): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  made.insert(0, children);
  return made;
}

async function openPage(address: string, ready: string): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = faultsOf(page);
  await page.goto(`${service}${address}`);
  await page.waitForSelector(ready);
  return { page, faults };
}

const openEditor = (name: string) => openPage(`/d/${name}`, '.ProseMirror[contenteditable=true]');
const openViewer = (name: string) => openPage(`/v/${name}`, '#document > *');

/** The page responds, and no script of the content has run. */
async function expectUnharmed(page: Page): Promise<void> {
  expect(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned)).toBeUndefined();
  const addresses = await page.$$eval(
    '[href], [src]',
    (elements) =>
      elements.map((found) => found.getAttribute('href') ?? found.getAttribute('src') ?? ''),
  );
  for (const address of addresses) {
    expect(address).not.toMatch(/^[\0-\x20]*(javascript|data|vbscript|file):/i);
  }
}

/** Types at the end of the honest line. */
async function typeInto(page: Page, text: string): Promise<void> {
  await page.getByText('honest words').last().click();
  await page.keyboard.press('End');
  await page.keyboard.type(text);
}

const script = 'window.pwned=1';

describe('[E8] [E9] hostile content in an open editor and an open viewer', () => {
  test('[E8] [E9] shows hostile addresses, attributes, characters and titles, harmless and editable', async () => {
    const { name, doc } = await mallory();
    const editor = await openEditor(name);
    const viewer = await openViewer(name);
    const links = new Y.XmlText();
    const addresses: unknown[] = [
      `javascript:${script}`,
      `JaVaScRiPt:${script}`,
      `\u0001 java\tscript:${script}`,
      `data:text/html,<script>${script}</script>`,
      `https://127.0.0.1:1/"onclick="${script}`,
      'x'.repeat(100_000),
      '\ud800',
      5,
      null,
    ];
    for (const href of addresses) links.insert(links.length, 'link ', { link: { href } });
    links.insert(links.length, 'odd', { bold: true, italic: {}, link: true, code: true });
    const images = addresses.map((src) =>
      element('image', { src, alt: 5, title: `"><script>${script}</script>` })
    );
    const nasty =
      `\0 \u202egnp.exe \u2066 \ufeff half\ud83d \u0007\u001b[31m \u2028 <script>${script}</script> {{html}}`;
    contentOf(doc).insert(0, [
      element('paragraph', {}, [links]),
      ...images,
      line('number', { kind: 5, indent: 'NaN', checked: 'yes' }),
      line('huge', { kind: 'bullet', indent: 1e308 }),
      line('proto', { kind: '__proto__', indent: -1 }),
      line('giant', { kind: 'x'.repeat(500_000) }),
      element('codeBlock', { language: `"><img src=x onerror=${script}>` }, [new Y.XmlText(nasty)]),
      line(nasty),
      line(`Z${'\u0300\u0301'.repeat(2000)}`),
      line('W'.repeat(50_000)),
      element('paragraph', {}, [new Y.XmlText(), new Y.XmlText(), new Y.XmlText('three texts')]),
    ]);
    metaOf(doc).set('title', { not: 'text' });
    for (let i = 0; i < 2000; i++) metaOf(doc).set(`junk ${i}`, { i });
    metaOf(doc).set('title', `${nasty}${'T'.repeat(1_000_000)}`);
    await editor.page.waitForSelector('text=three texts');
    await typeInto(editor.page, '!');
    await editor.page.keyboard.press('Enter');
    await editor.page.keyboard.type('and on');
    await viewer.page.waitForSelector('text=and on');
    await expect.poll(() => editor.page.inputValue('#title'), { timeout: 30_000 }).toContain(
      'gnp.exe',
    );
    for (const { page, faults } of [editor, viewer]) {
      await expectUnharmed(page);
      expect(faults).toEqual([]);
    }
    // A newly opened page, and the list of documents with this one in it.
    await editor.page.reload();
    await editor.page.waitForSelector('text=and on');
    await editor.page.goto(service);
    await editor.page.waitForSelector(`a[href="/d/${name}"]`);
    await expectUnharmed(editor.page);
    expect(editor.faults).toEqual([]);
    await editor.page.context().close();
    await viewer.page.context().close();
  });

  const unknown: [string, (doc: Y.Doc) => void][] = [
    ['a node', (doc) => contentOf(doc).insert(0, [element('script', {}, [new Y.XmlText(script)])])],
    ['a name every object has', (doc) => contentOf(doc).insert(0, [element('constructor')])],
    ['lines sixty deep', (doc) => {
      let deep = line('deep');
      for (let i = 0; i < 50; i++) deep = element('paragraph', {}, [deep]);
      contentOf(doc).insert(0, [deep]);
    }],
    ['a mark', (doc) => {
      const text = new Y.XmlText();
      text.insert(0, 'x', Object.fromEntries([['toString', true]]));
      contentOf(doc).insert(0, [element('paragraph', {}, [text])]);
    }],
    ['an object as the kind of a line', (doc) => {
      contentOf(doc).insert(0, [line('object', { kind: { a: 1 }, checked: [1] })]);
    }],
    ['an object as an address', (doc) => {
      const text = new Y.XmlText();
      text.insert(0, 'x', { link: { href: { a: script } } });
      contentOf(doc).insert(0, [element('paragraph', {}, [text])]);
    }],
    ['a number as a mark', (doc) => {
      const text = new Y.XmlText();
      text.insert(0, 'x', { bold: 5 });
      contentOf(doc).insert(0, [element('paragraph', {}, [text])]);
    }],
    ['an object in text', (doc) => {
      const text = new Y.XmlText('ab');
      contentOf(doc).insert(0, [element('paragraph', {}, [text])]);
      text.insertEmbed(1, { onload: script });
    }],
  ];
  for (const [what, write] of unknown) {
    test(`[E6] [E8] reports ${what} that the editor does not know, and deletes nothing`, async () => {
      const { name, doc } = await mallory();
      const editor = await openEditor(name);
      write(doc);
      const before = JSON.stringify(contentOf(doc).toString());
      await editor.page.waitForSelector('#notice:not([hidden])');
      await expectUnharmed(editor.page);
      const viewer = await openViewer(name);
      await viewer.page.waitForSelector('text=honest words');
      await expectUnharmed(viewer.page);
      expect(JSON.stringify(contentOf(doc).toString())).toBe(before);
      expect([...editor.faults, ...viewer.faults]).toEqual([]);
      await editor.page.context().close();
      await viewer.page.context().close();
    });
  }
});

describe('[E8] hostile presence', () => {
  test('[E8] [P8] keeps working with malformed names, colours and cursors', async () => {
    const { name, doc } = await mallory();
    const ann = await openEditor(name);
    const [client = 0] = [doc.clientID];
    const id = { client, clock: 0 };
    const at = (item: unknown) => ({ type: null, tname: null, item, assoc: 0 });
    const cursors: unknown[] = [
      { anchor: at(id), head: at({ client, clock: 2 ** 40 }) },
      { anchor: at({ client: 1, clock: 1 }), head: at(id) },
      {
        anchor: { type: id, tname: null, item: null },
        head: { type: id, tname: null, item: null },
      },
      { anchor: { tname: 'meta' }, head: { tname: '__proto__' } },
      { anchor: { tname: 'lines' }, head: { tname: 'lines', assoc: -1e9 } },
      { anchor: at({ client: -1, clock: 0.5 }), head: at('x') },
      { anchor: 1, head: [] },
      'cursor',
      null,
    ];
    const users: unknown[] = [
      { name: { toString: 1 }, color: { a: 1 } },
      { name: `<img src=x onerror=${script}>`, color: 'url(https://evil.example/x)' },
      { name: '\u202eevil\ud83d\0\n', color: '#123456;background:url(//evil)' },
      { name: 'N'.repeat(3000), color: '#12345' },
      { name: [], color: 7 },
      { ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`junk${i}`, i])) },
      'user',
      null,
      [],
    ];
    const sockets = await Promise.all(users.map(async (user, index) => {
      const socket = new WebSocket(`${docsUrl(service)}/${name}`, ['edgepad.v1']);
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      const say = (clock: number, cursor: unknown) => {
        const state = JSON.stringify({ user, cursor });
        const update = encodeAwareness([{ client: 1000 + index, clock, state }]);
        socket.send(encodeMessage({ type: 'awareness', update }));
      };
      return { socket, say };
    }));
    for (const [round, cursor] of cursors.entries()) {
      for (const { say } of sockets) say(round + 1, cursor);
      await typeInto(ann.page, `${round}`);
    }
    expect(sockets.every(({ socket }) => socket.readyState === WebSocket.OPEN)).toBe(true);
    await ann.page.click('#people');
    await expect.poll(() => ann.page.$$eval('#people-list li', (items) => items.length), {
      timeout: 30_000,
    }).toBe(11);
    await expectUnharmed(ann.page);
    expect(
      await ann.page.$$eval(
        '#people-list li',
        (items) => Math.max(...items.map((item) => item.textContent?.length ?? 0)),
      ),
    ).toBeLessThan(60);
    await until(() => contentOf(doc).toString().includes('honest words012345678'));
    expect(ann.faults).toEqual([]);
    for (const { socket } of sockets) socket.terminate();
    await expect.poll(() => ann.page.$$eval('#people-list li', (items) => items.length)).toBe(2);
    await ann.page.context().close();
  });
});

test('[P8] a page of another origin receives nothing over a WebSocket but why it is closed', async () => {
  const { name } = await mallory();
  const { port } = new URL(service);
  // Otherwise the page's own Content-Security-Policy would forbid it first.
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  // The same machine under another name, such as another development server.
  await page.goto(`http://localhost:${port}/`);
  /** What the first message or the close tells the page. */
  const answerOf = (address: string) =>
    page.evaluate((address) =>
      new Promise<string>((resolve) => {
        const socket = new globalThis.WebSocket(address);
        socket.onmessage = () => resolve('message');
        socket.onclose = ({ code, reason }) => resolve(`${code} ${reason}`);
      }), address);
  expect(await answerOf(`ws://localhost:${port}/docs/${name}`)).toBe('message');
  expect(await answerOf(`${docsUrl(service)}/${name}`)).toMatch(/^4403 .*EDGEPAD_ORIGINS/);
  await page.context().close();
});
