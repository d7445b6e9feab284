import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { faultsOf, openBrowser } from '../../support/browser/browser.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

function element(name: string, text: string): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, [new Y.XmlText(text)]);
  return made;
}

type Write = (doc: Y.Doc) => void;

/** Documents of other editors, in their own roots. The service renders the first ones. */
const otherDocuments: Record<string, Write> = {
  'Tiptap': (doc) => doc.getXmlFragment('default').insert(0, [element('heading', 'Tide')]),
  'BlockNote': (doc) => {
    const container = new Y.XmlElement('blockContainer');
    container.insert(0, [element('bulletListItem', 'Tide')]);
    const group = new Y.XmlElement('blockGroup');
    group.insert(0, [container]);
    doc.getXmlFragment('document-store').insert(0, [group]);
  },
  'a plain text': (doc) => doc.getText('content').insert(0, '# Tide'),
  'Quill': (doc) => doc.getText('quill').insert(0, 'Tide', { header: 1 }),
  'Lexical': (doc) => {
    const paragraph = new Y.XmlText();
    paragraph.insert(0, 'Tide');
    doc.get('root', Y.XmlText).insertEmbed(0, paragraph);
  },
  'maps and arrays of an app': (doc) => {
    doc.getMap('settings').set('pier', 'Tide');
    doc.getArray('todos').push(['Tide']);
  },
};

/** Documents in our root: of another editor, and of a later version of this one. */
const documents: Record<string, Write> = {
  ...otherDocuments,
  'Tiptap, in our root': (doc) => contentOf(doc).insert(0, [element('heading', 'Tide')]),
  'a later version of this editor': (doc) => {
    const line = element('paragraph', 'Tide');
    line.setAttribute('colour', 'blue');
    contentOf(doc).insert(0, [line]);
  },
};

describe('[E6] the page shows unsupported content, and never changes it', () => {
  test.each(Object.entries(documents))('%s', async (kind, write) => {
    const name = freshName();
    const doc = new Y.Doc();
    write(doc);
    const provider = new WebsocketProvider(`${service.replace('http', 'ws')}/docs`, name, doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    });
    await new Promise((resolve) => provider.once('sync', resolve));
    const before = Y.encodeStateAsUpdate(doc);

    const context = await browser.newContext();
    const page = await context.newPage();
    const faults = faultsOf(page);
    await page.goto(`${service}/d/${name}`);
    const notice = page.locator('#notice');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(
      kind in otherDocuments ? /made by another editor/ : /cannot edit this document here/,
    );
    expect(await notice.locator('a').getAttribute('href')).toBe(`/v/${name}`);
    const shown = kind === 'maps and arrays of an app' ? 'only that program can show it' : 'Tide';
    await page.locator('edgepad-viewer').getByText(shown).waitFor();
    expect(await page.locator('.ProseMirror').count()).toBe(0);
    await page.keyboard.type('x');

    // The service would have sent anything that the page wrote.
    const synced = new Y.Doc();
    const later = new WebsocketProvider(`${service.replace('http', 'ws')}/docs`, name, synced, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    });
    await new Promise((resolve) => later.once('sync', resolve));
    expect(Y.encodeStateAsUpdate(synced)).toEqual(before);
    expect(faults).toEqual([]);
    later.destroy();
    provider.destroy();
    await context.close();
  });

  test.each([
    // The service rejects values among the lines (test/worker/core/update), so this is an element.
    [
      'an unknown element among the lines',
      (doc: Y.Doc) => contentOf(doc).insert(1, [new Y.XmlElement('spreadsheet')]),
    ],
    ['a line whose kind is a map', (doc: Y.Doc) => {
      const line = contentOf(doc).get(0) as Y.XmlElement;
      line.setAttribute('kind', new Y.Map([['name', 'h1']]) as never);
    }],
  ])('%s arrives while the user types', async (_name, write) => {
    const name = freshName();
    const context = await browser.newContext();
    const page = await context.newPage();
    const faults = faultsOf(page);
    await page.goto(`${service}/d/${name}`);
    await page.locator('.ProseMirror').waitFor();
    await page.keyboard.type('Tide');
    await page.getByText('Saved', { exact: true }).waitFor();

    const doc = new Y.Doc();
    const provider = new WebsocketProvider(`${service.replace('http', 'ws')}/docs`, name, doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    });
    await new Promise((resolve) => provider.once('sync', resolve));
    write(doc);
    const written = Y.snapshot(doc);
    const notice = page.locator('#notice');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/cannot edit this document here/);
    expect(await page.locator('.ProseMirror').count()).toBe(0);
    await page.keyboard.type('x');
    await page.goto(await notice.locator('a').evaluate((link: HTMLAnchorElement) => link.href));
    await page.locator('#document').getByText('Tide').waitFor();

    const later = new Y.Doc();
    const reader = new WebsocketProvider(`${service.replace('http', 'ws')}/docs`, name, later, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    });
    await new Promise((resolve) => reader.once('sync', resolve));
    expect(Y.equalSnapshots(Y.snapshot(later), written)).toBe(true);
    expect(faults).toEqual([]);
    reader.destroy();
    provider.destroy();
    await context.close();
  });
});
