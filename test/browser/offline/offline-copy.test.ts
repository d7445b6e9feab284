import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, openProfile } from '../../support/browser/browser.ts';
import { copyOrigin, CopyTab, serveCopyPage } from '../../support/browser/offline-copy-page.ts';
import { until } from '../../support/y-client.ts';

let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  context = await browser.newContext();
  await serveCopyPage(context);
});
afterEach(() => context.close());

const open = (name = 'notes') => CopyTab.open(context, name);

describe('[P7] typed text is stored on this device', () => {
  it('after the whole browser crashed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edgepad-profile-'));
    try {
      const profile = await openProfile(folder);
      await serveCopyPage(profile);
      const tab = await CopyTab.open(profile, 'notes');
      expect(tab.loaded).toEqual({
        epoch: '',
        version: 0,
        isDirty: false,
        clients: [],
        damaged: 0,
      });
      await tab.type('all of it');
      await tab.note('e', 41, true);
      expect(await tab.flushed()).toEqual({ kind: 'stored' });
      const client = await tab.page.evaluate(() => doc.clientID);
      const gone = new Promise((resolve) => profile.once('close', resolve));
      const session = await profile.newCDPSession(tab.page);
      // It never responds.
      session.send('Browser.crash').catch(() => {});
      await gone;

      const again = await openProfile(folder);
      await serveCopyPage(again);
      const reopened = await CopyTab.open(again, 'notes');
      expect(await reopened.text()).toBe('all of it');
      expect(reopened.loaded).toEqual(
        { epoch: 'e', version: 41, isDirty: true, clients: [client], damaged: 0 },
      );
      await again.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('when the copy reports it, and not before', async () => {
    const tab = await open();
    const seen = await tab.page.evaluate(async () => {
      // Write transactions that are not complete.
      let running = 0;
      const begin = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
        const transaction = begin.apply(this, args);
        if (transaction.mode === 'readwrite' && transaction.durability === 'strict') {
          running++;
          transaction.addEventListener('complete', () => running--);
        }
        return transaction;
      };
      const states: string[] = [];
      copy.addEventListener('change', () => states.push(`${copy.state.kind}, ${running} running`));
      for (let i = 0; i < 20; i++) {
        doc.getText('t').insert(i, String(i % 10));
        // Some during a write, some after it.
        await new Promise((resolve) => setTimeout(resolve, i % 4 * 5));
      }
      await copy.flush();
      return states;
    });
    expect(new Set(seen)).toEqual(new Set(['writing, 0 running', 'stored, 0 running']));
    expect(seen.at(-1)).toBe('stored, 0 running');
    expect(await (await open()).text()).toBe('01234567890123456789');
  });

  it('including text that was in the document before the copy opened', async () => {
    const page = await context.newPage();
    await page.goto(`${copyOrigin}/`);
    await page.evaluate(async () => {
      globalThis.doc = new Y.Doc();
      doc.getText('t').insert(0, 'early, ');
      globalThis.copy = openOfflineCopy('notes', doc);
      doc.getText('t').insert(7, 'and while it opens');
      await copy.flush();
    });
    const other = await open();
    expect(await other.text()).toBe('early, and while it opens');
    expect(other.loaded.isDirty).toBe(true);
  });

  it('in its own document only', async () => {
    const [one, two] = [await open('one'), await open('one~')];
    await one.type('first');
    await two.type('second');
    await Promise.all([one.flushed(), two.flushed()]);
    expect(await (await open('one')).text()).toBe('first');
    expect(await (await open('one~')).text()).toBe('second');
    expect(await (await open('on')).text()).toBe('');
  });
});

describe('[P7] the resume point of the next session', () => {
  it('is stored after the updates it covers, even if it is reported before Yjs emits them', async () => {
    const tab = await open();
    const order = await tab.page.evaluate(async () => {
      const log: { transaction: IDBTransaction; what: string }[] = [];
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, value, key) {
        log.push({ transaction: this.transaction, what: value.version ?? 'update' });
        return put.call(this, value, key);
      };
      const other = new Y.Doc();
      for (let version = 1; version <= 30; version++) {
        let update: Uint8Array = new Uint8Array();
        other.once('update', (bytes: Uint8Array) => update = bytes);
        other.getText('t').insert(0, 'x');
        doc.transact(() => {
          Y.applyUpdate(doc, update);
          copy.storeResumePoint({ epoch: 'e', version, isDirty: false });
          // Also requested during the write.
          copy.flush();
        });
        if (version % 3 === 0) await copy.flush();
        if (version % 7 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await copy.flush();
      const transactions = [...new Set(log.map(({ transaction }) => transaction))];
      return transactions.map((transaction) =>
        log.filter((entry) => entry.transaction === transaction).map(({ what }) => what)
      );
    });
    let updates = 0;
    for (const written of order) {
      updates += written.filter((what) => what === 'update').length;
      for (const what of written) if (what !== 'update') expect(updates).toBe(Number(what));
    }
    expect(updates).toBe(30);
    expect((await open()).loaded).toMatchObject({ epoch: 'e', version: 30, isDirty: false });
  });

  it('is the latest of two tabs, and of the newer epoch', async () => {
    const [a, b] = [await open(), await open()];
    await a.note('one', 50, false);
    await a.flushed();
    await b.note('one', 20, false);
    await b.flushed();
    expect((await open()).loaded).toMatchObject({ epoch: 'one', version: 50 });
    await b.note('two', 3, false);
    await b.flushed();
    expect((await open()).loaded).toMatchObject({ epoch: 'two', version: 3 });
  });

  it('counts unsent changes until a tab that has all of them has sent them', async () => {
    const a = await open();
    await a.type('unsent');
    await a.flushed();
    const b = await open();
    expect(b.loaded.isDirty).toBe(true);
    // A tab cannot confirm what another tab typed after it read the store.
    await a.type(', and more');
    await a.flushed();
    await b.note('e', 2, false);
    await b.flushed();
    await a.close();
    const c = await open();
    expect(c.loaded.isDirty).toBe(true);
    expect(await c.text()).toBe('unsent, and more');
    await c.note('e', 3, false);
    await c.flushed();
    expect((await open()).loaded.isDirty).toBe(false);
  });
});

describe('[P7] two tabs of one document', () => {
  it('store the text of both, without exchanging it through the store', async () => {
    const [a, b] = [await open(), await open()];
    await Promise.all([a.type('a'.repeat(60)), b.type('b'.repeat(60))]);
    await Promise.all([a.flushed(), b.flushed()]);
    expect(await a.text()).toBe('a'.repeat(60));
    expect(await b.text()).toBe('b'.repeat(60));
    const text = await (await open()).text();
    expect([...text].sort().join('')).toBe('a'.repeat(60) + 'b'.repeat(60));
  });

  it('compact at the same time without losing a row', async () => {
    const tabs = await Promise.all([open(), open(), open()]);
    await Promise.all(tabs.map(({ page }, index) =>
      page.evaluate(async (index) => {
        const text = doc.getText('t');
        for (let i = 0; i < 900; i++) {
          text.insert(text.length, 'xyz'[index] ?? '');
          if (i % 9 === 0) await new Promise((resolve) => setTimeout(resolve));
        }
        await copy.flush();
      }, index)
    ));
    expect(await tabs[0]?.rows()).toBeLessThan(900);
    const reopened = await open();
    expect([...await reopened.text()].sort().join('')).toBe(
      'x'.repeat(900) + 'y'.repeat(900) + 'z'.repeat(900),
    );
    expect(reopened.loaded).toMatchObject({ damaged: 0, isDirty: true });
    expect(reopened.loaded.clients).toHaveLength(3);
  });

  it('each own their changes; those of a closed tab go to the next one', async () => {
    const leftBehind = (tab: CopyTab) =>
      tab.page.evaluate((clients) => closedTabClients(doc.clientID, clients), tab.loaded.clients);
    const a = await open();
    await leftBehind(a);
    await a.type('a');
    await a.flushed();
    const client = await a.page.evaluate(() => doc.clientID);
    const b = await open();
    expect(b.loaded.clients).toEqual([client]);
    expect(await leftBehind(b)).toEqual([]);
    await a.close();
    const c = await open();
    await until(async () => (await leftBehind(c)).includes(client));
  });

  it('stop writing once one of them deletes the copy', async () => {
    const [a, b] = [await open(), await open()];
    await a.type('secret');
    await b.type('more');
    await Promise.all([a.flushed(), b.flushed()]);
    await a.delete();
    await a.type('!');
    await b.type('!');
    expect(await b.flushed()).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/deleted/),
    });
    expect(await a.state()).toMatchObject({ kind: 'failed' });
    expect(await a.rows()).toBe(0);
    expect(await (await open()).text()).toBe('');
  });
});

describe('[P7] a store whose connection is lost is opened again', () => {
  /** Closes the connections of a page underneath it, as Safari does. */
  const lose = (page: Page) =>
    page.evaluate(async () => {
      const { transaction } = IDBDatabase.prototype;
      const open = new Set<IDBDatabase>();
      IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
        open.add(this);
        return transaction.apply(this, args);
      };
      doc.getText('t').insert(0, '1');
      await copy.flush();
      for (const database of open) database.close();
    });

  it('and everything is stored', async () => {
    const tab = await open();
    await tab.type('before');
    await tab.note('e', 7, true);
    await lose(tab.page);
    await tab.type(', after');
    expect(await tab.flushed()).toEqual({ kind: 'stored' });
    const again = await open();
    expect(await again.text()).toBe(await tab.text());
    expect(again.loaded).toMatchObject({ version: 7, isDirty: true });
  });

  it('also after the browser has deleted the whole database', async () => {
    const tab = await open();
    await tab.type('before');
    await tab.flushed();
    const session = await context.newCDPSession(tab.page);
    await session.send('Storage.clearDataForOrigin', {
      origin: copyOrigin,
      storageTypes: 'indexeddb',
    });
    await tab.type(', after');
    await expect.poll(async () => (await tab.flushed()).kind).toBe('stored');
    expect(await (await open()).text()).toBe('before, after');
  });

  it('but not after another tab has deleted the copy', async () => {
    const tab = await open();
    await tab.type('before');
    await tab.flushed();
    await lose(tab.page);
    const other = await open();
    await other.delete();
    await tab.type(', after');
    expect(await tab.flushed()).toMatchObject({ kind: 'failed' });
    expect(await (await open()).text()).toBe('');
  });
});

describe('[P7] a store that fails reports it, and the page continues', () => {
  it('when it is full', async () => {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    // Before the first write: the browser caches the free space for a while.
    await session.send('Storage.overrideQuotaForOrigin', {
      origin: copyOrigin,
      quotaSize: 300_000,
    });
    await page.goto(`${copyOrigin}/`);
    const tab = await CopyTab.openIn(page, 'notes');
    await tab.type('before');
    expect(await tab.flushed()).toEqual({ kind: 'stored' });
    // Random, since browsers compress what they store.
    await tab.page.evaluate(() => {
      const codes = Uint8Array.from({ length: 500_000 }, () => 33 + Math.random() * 94);
      doc.getText('t').insert(0, new TextDecoder().decode(codes));
    });
    expect(await tab.flushed()).toEqual({
      kind: 'failed',
      reason: 'There is no storage space left',
    });
    await tab.type(', after');
    await tab.note('e', 1000, false);
    await tab.flushed();
    expect(await tab.text()).toHaveLength(500_013);
    // What was stored before is a valid copy and claims no more than it contains.
    const reopened = await open();
    expect(await reopened.text()).toBe('before');
    expect(reopened.loaded).toMatchObject({ version: 0, isDirty: true, damaged: 0 });
    // After access is revoked, a copy that is no longer written can be deleted.
    await tab.delete();
    expect(await tab.rows()).toBe(0);
  });

  it('when it does not exist', async () => {
    const page = await context.newPage();
    await page.addInitScript(() =>
      Object.defineProperty(window, 'indexedDB', { value: undefined })
    );
    await page.goto(`${copyOrigin}/`);
    const tab = await CopyTab.openIn(page, 'notes');
    await tab.type('text');
    await tab.note('e', 1, true);
    expect(await tab.flushed()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('allow'),
    });
    expect(await tab.text()).toBe('text');
  });

  it('when it is forbidden, as in a sandbox', async () => {
    const page = await context.newPage();
    await page.goto(`${copyOrigin}/`);
    await page.evaluate(() => {
      const frame = document.createElement('iframe');
      frame.sandbox.add('allow-scripts');
      frame.src = '/sandboxed';
      document.body.append(frame);
    });
    const state = await until(() => page.frames().length === 2).then(async () => {
      const frame = page.frames()[1];
      await frame?.waitForFunction(() => 'openOfflineCopy' in globalThis);
      return await frame?.evaluate(async () => {
        const copy = openOfflineCopy('notes', new Y.Doc());
        await copy.flush();
        return copy.state;
      });
    });
    expect(state).toMatchObject({ kind: 'failed', reason: expect.stringContaining('allow') });
  });

  it('when a newer version of the page has upgraded it', async () => {
    const page = await context.newPage();
    await page.goto(`${copyOrigin}/`);
    await page.evaluate(() =>
      new Promise((resolve) => {
        indexedDB.open('edgepad', 1000).onsuccess = resolve;
      })
    );
    const tab = await open();
    expect(await tab.state()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('newer'),
    });
  });

  it('when another tab blocks it', async () => {
    const page = await context.newPage();
    await page.goto(`${copyOrigin}/`);
    // A connection that does not close, and a deletion that waits for it.
    await page.evaluate(() =>
      new Promise((resolve) => {
        indexedDB.open('edgepad', 1).onsuccess = () => {
          indexedDB.deleteDatabase('edgepad').onblocked = resolve;
        };
      })
    );
    const waiting = await context.newPage();
    await waiting.clock.install();
    await waiting.goto(`${copyOrigin}/`);
    const opening = CopyTab.openIn(waiting, 'notes');
    await waiting.waitForFunction(() => 'copy' in globalThis);
    await waiting.clock.fastForward(10_000);
    const tab = await opening;
    expect(await tab.state()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Close other tabs'),
    });
  });

  it('when another tab upgrades it, without blocking that tab', async () => {
    const tab = await open();
    await tab.type('text');
    await tab.flushed();
    const other = await open('other');
    await other.page.evaluate(() =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('edgepad').onsuccess = resolve;
      })
    );
    await tab.type(' and more');
    expect(await tab.flushed()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Another tab'),
    });
    expect(await tab.text()).toBe('text and more');
  });
});

describe('[P7] a damaged copy', () => {
  it('restores what it can read, reports the rest, and has no resume point', async () => {
    const live = await open();
    for (const word of ['one', 'two', 'three']) {
      await live.page.evaluate((word) => {
        const author = new Y.Doc();
        author.getText(word).insert(0, word);
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(author));
      }, word);
      await live.flushed();
    }
    await live.note('e', 9, false);
    await live.flushed();
    await live.page.evaluate(() =>
      new Promise((resolve) => {
        const opening = indexedDB.open('edgepad');
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('updates', 'readwrite');
          const updates = transaction.objectStore('updates');
          const keys = updates.getAllKeys();
          keys.onsuccess = () => {
            updates.put(new Uint8Array([1, 255, 255, 255]), keys.result[1]);
            updates.put('no update at all', ['notes', 'z', 1]);
          };
          transaction.oncomplete = () => {
            opening.result.close();
            resolve(null);
          };
        };
      })
    );
    const reopened = await open();
    const words = await reopened.page.evaluate(() =>
      ['one', 'two', 'three'].map((word) => doc.getText(word).toString())
    );
    expect(words).toEqual(['one', '', 'three']);
    expect(reopened.loaded).toMatchObject({ epoch: '', version: 0, isDirty: true, damaged: 2 });
    expect(await reopened.flushed()).toEqual({ kind: 'stored' });
    // The other tab would claim rows that no longer exist.
    await live.note('e', 10, false);
    expect(await live.flushed()).toMatchObject({ kind: 'failed' });
    expect((await open()).loaded).toMatchObject({ epoch: '', version: 0, damaged: 0 });
  });
});
