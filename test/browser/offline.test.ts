/**
 * Pages whose network goes, in Chromium, and somebody with a stock client who writes on beside them.
 * Reloads without a network are in offline-page.test.ts.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { linesOf, openBrowser, openDocument } from '../support/browser.ts';
import { Proxy } from '../support/proxy.ts';
import { freshName, stockProvider, until } from '../support/y-client.ts';

const service = inject('service');
const open: { destroy(): void }[] = [];
const closing = <T extends { destroy(): void }>(one: T): T => {
  open.push(one);
  return one;
};
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  for (const one of open.splice(0)) one.destroy();
});
afterAll(() => browser?.close());

const statusOf = (page: Page) => page.getAttribute('#status', 'data-state');
const kept = 'Offline: your changes are kept on this device';
const isSaved = async (...pages: Page[]) =>
  (await Promise.all(pages.map(statusOf))).every((state) => state === 'saved');

/** As if the cable was pulled: the page hears of it, its connections hold everything back. */
async function setOffline(context: BrowserContext, offline: boolean): Promise<void> {
  for (const page of context.pages()) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    // Ends with its session otherwise.
    if (!offline) await session.detach();
  }
}

/** Ann's page, and Stan with a stock client beside it; both see the first line. */
async function begin() {
  const name = freshName();
  const network = closing(await Proxy.to(service));
  const stan = closing(stockProvider(service, name));
  const { page, faults } = await openDocument(browser, `${network.url}/d/${name}`, 'Ann');
  await page.click('.ProseMirror');
  await page.keyboard.type('Ann.');
  await until(() => isSaved(page));
  await until(() => stanSees().join() === 'Ann.');
  function stanSees(): string[] {
    return contentOf(stan.doc).toArray().map((line) =>
      line instanceof Y.XmlElement ? String(line.get(0) ?? '') : ''
    );
  }
  return {
    name,
    network,
    page,
    faults,
    context: page.context(),
    stanSees,
    stored: async () => (await (await fetch(`${service}/docs/${name}.txt`)).text()).trim(),
    /** A line of Stan's own, after all others. */
    stanWrites(text: string) {
      const line = new Y.XmlElement('paragraph');
      line.insert(0, [new Y.XmlText(text)]);
      const content = contentOf(stan.doc);
      content.insert(content.length, [line]);
    },
  };
}

describe('a page without its network', () => {
  it('[P7] says so, keeps what is typed, and is merged when it is back', async () => {
    const { page, context, stanSees, stanWrites, stored, faults } = await begin();
    await setOffline(context, true);
    await page.keyboard.type(' Offline.');
    expect(await statusOf(page)).not.toBe('saved');
    await until(async () => await page.innerText('#status') === kept);
    stanWrites('Stan.');
    await until(async () => (await stored()).includes('Stan.'));
    expect(await stored()).not.toContain('Offline.');
    expect(await linesOf(page)).toEqual(['Ann. Offline.']);
    await setOffline(context, false);
    await until(() => isSaved(page));
    await until(async () => (await linesOf(page)).join() === 'Ann. Offline.,Stan.');
    await until(() => stanSees().join() === 'Ann. Offline.,Stan.');
    expect(faults).toEqual([]);
  });

  it('[P7] in two tabs, both cut off: what was typed in each is in both, once', async () => {
    const { name, page, context, network, stanSees, stanWrites, faults } = await begin();
    const second = await context.newPage();
    await second.goto(`${network.url}/d/${name}`);
    await until(async () => (await linesOf(second)).join() === 'Ann.');
    await setOffline(context, true);
    network.cut();
    await until(async () => await statusOf(page) === 'offline');
    await until(async () => await statusOf(second) === 'offline');
    await page.bringToFront();
    await page.keyboard.type(' One.');
    await second.bringToFront();
    await second.click('.ProseMirror > :last-child');
    await second.keyboard.press('End');
    await second.keyboard.type(' Two.');
    stanWrites('Stan.');
    await setOffline(context, false);
    await until(() => isSaved(page, second));
    await until(() => stanSees().length === 2 && stanSees()[1] === 'Stan.');
    await until(() => stanSees()[0]?.length === 'Ann. One. Two.'.length);
    expect(stanSees()[0]?.split(' ').sort()).toEqual(['Ann.', 'One.', 'Two.']);
    await until(async () => (await linesOf(page)).join() === stanSees().join());
    await until(async () => (await linesOf(second)).join() === stanSees().join());
    expect(faults).toEqual([]);
  });
});
