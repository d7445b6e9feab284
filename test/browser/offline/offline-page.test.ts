import type { Browser, BrowserContext, Page } from 'playwright-core';
import type * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { faultsOf, keptForLater, linesOf, openBrowser } from '../../support/browser/browser.ts';
import { Deployment } from '../../support/servers/deployment.ts';
import { Proxy } from '../../support/network/proxy.ts';
import { freshName, stockProvider, until } from '../../support/y-client.ts';

let browser: Browser;
const service = inject('service');
beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser?.close());

async function open(context: BrowserContext, name: string, at = service): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${at}/d/${name}`);
  await page.waitForSelector('#paper:not([aria-busy])');
  return page;
}

const state = (page: Page) => page.getAttribute('#status', 'data-state');
const isIn = (page: Page, wanted: string) => until(async () => await state(page) === wanted);

describe('[P7] without a network', () => {
  it('the home page opens once it was visited, with the list of documents', async () => {
    const context = await browser.newContext();
    const home = await context.newPage();
    const faults = faultsOf(home);
    await home.goto(`${service}/`);
    await home.waitForFunction(async () => !!await (await caches.open('edgepad-pages')).match('/'));
    const page = await open(context, freshName());
    await page.click('.ProseMirror');
    await page.keyboard.type('listed');
    await isIn(page, 'saved');
    await keptForLater(page);
    await page.close();
    await context.setOffline(true);
    await home.reload();
    await home.click('#documents a');
    await home.waitForSelector('#paper:not([aria-busy])');
    expect(await linesOf(home)).toEqual(['listed']);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('a reloaded document opens, is edited, and merges once the network is back', async () => {
    const context = await browser.newContext();
    const name = freshName();
    const page = await open(context, name);
    const faults = faultsOf(page);
    await page.click('.ProseMirror');
    await page.keyboard.type('online');
    await isIn(page, 'saved');
    await keptForLater(page);
    const stock = stockProvider(service, name);
    await until(() => stock.synced);

    await context.setOffline(true);
    await page.keyboard.type(' offline');
    await isIn(page, 'offline');
    await page.waitForFunction(() =>
      document.querySelector('#status')?.textContent?.includes('kept')
    );
    await page.reload();
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await linesOf(page)).toEqual(['online offline']);
    await page.click('.ProseMirror');
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' reloaded');
    stock.doc.getXmlFragment('lines');

    await context.setOffline(false);
    await isIn(page, 'saved');
    await until(() =>
      stock.doc.getXmlFragment('lines').toString().includes('online offline reloaded')
    );
    expect(faults).toEqual([]);
    stock.destroy();
    await context.close();
  });

  it('text stays when a member writes under its client id, also in the copy', async () => {
    const network = await Proxy.to(service);
    const context = await browser.newContext();
    const name = freshName();
    const page = await open(context, name, network.url);
    await page.click('.ProseMirror');
    await page.keyboard.type('online');
    await isIn(page, 'saved');
    await keptForLater(page);
    const member = stockProvider(service, name);
    await until(() => member.synced);
    const lines = member.doc.getXmlFragment('lines');

    network.down();
    await isIn(page, 'offline');
    await page.keyboard.type(' mine');
    // The service has noticed that the author is away.
    await until(() => member.awareness.getStates().size === 1);
    const text = (lines.get(0) as Y.XmlElement).get(0) as Y.XmlText;
    member.doc.clientID = text._start!.id.client;
    text.insert(6, ' theirs and more');
    network.allow();
    await until(() => /mine/.test(lines.toString()));
    await isIn(page, 'saved');
    const both = ['online minetheirs and more', 'online theirs and moremine'];
    const [shown] = await linesOf(page);
    expect(both).toContain(shown);
    expect(text.toString()).toBe(shown);

    // Undo would name what the member has written.
    await page.keyboard.press('Control+Z');
    await page.keyboard.type('!');
    await isIn(page, 'saved');
    expect((await linesOf(page))[0]?.replace('!', '')).toBe(shown);
    await page.reload();
    await page.waitForSelector('#paper:not([aria-busy])');
    await isIn(page, 'saved');
    expect((await linesOf(page))[0]?.replace('!', '')).toBe(shown);
    member.destroy();
    await context.close();
    network.destroy();
  });

  it('two tabs of a document, one offline, end with the text of both', async () => {
    const context = await browser.newContext();
    const name = freshName();
    const [one, two] = [await open(context, name), await open(context, name)];
    const devtools = await context.newCDPSession(two);
    await devtools.send('Network.enable');
    const network = (offline: boolean) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    await one.bringToFront();
    await one.click('.ProseMirror');
    await one.keyboard.type('one');
    await isIn(one, 'saved');
    await until(async () => (await linesOf(two))[0] === 'one');
    await network(true);
    await two.bringToFront();
    await two.click('.ProseMirror');
    await two.keyboard.press('Control+End');
    await two.keyboard.press('Enter');
    await two.keyboard.type('two');
    await one.bringToFront();
    await one.keyboard.type(' more');
    await isIn(one, 'saved');
    await network(false);
    await two.bringToFront();
    await until(async () => (await linesOf(one)).join() === 'one more,two');
    await until(async () => (await linesOf(two)).join() === 'one more,two');
    await isIn(two, 'saved');
    await context.close();
  });

  it('a page of a captive portal is not cached in its place', async () => {
    const network = await Proxy.to(service);
    const context = await browser.newContext();
    const name = freshName();
    const page = await open(context, name, network.url);
    await page.click('.ProseMirror');
    await page.keyboard.type('mine');
    await isIn(page, 'saved');
    await keptForLater(page);
    network.portal();
    // The person must see the captive portal to accept its terms.
    await page.reload();
    expect(await page.textContent('h1')).toContain('hotel');
    network.allow();
    await context.setOffline(true);
    await page.goto(`${network.url}/d/${name}`);
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await linesOf(page)).toEqual(['mine']);
    await context.close();
    network.destroy();
  });

  it('a document opens after a deployment of which only the home page was loaded', async () => {
    const context = await browser.newContext();
    const name = freshName();
    const page = await open(context, name);
    await page.click('.ProseMirror');
    await page.keyboard.type('mine');
    await isIn(page, 'saved');
    await keptForLater(page);
    // The home page from before the deployment.
    await page.evaluate(async () => {
      const html = '<script src="/assets/home-before.js"></script>';
      await (await caches.open('edgepad-pages')).put('/', new Response(html));
    });
    await page.goto(`${service}/`);
    await until(() =>
      page.evaluate(async () => {
        const html = await (await caches.match('/'))?.text();
        return html?.includes('home-before') === false;
      })
    );
    await context.setOffline(true);
    await page.goto(`${service}/d/${name}`);
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await linesOf(page)).toEqual(['mine']);
    await context.close();
  });

  it('a new page is cached only with all its files', async () => {
    const deployment = await Deployment.of(service);
    const context = await browser.newContext();
    const name = freshName();
    const page = await open(context, name, deployment.url);
    await page.click('.ProseMirror');
    await page.keyboard.type('mine');
    await isIn(page, 'saved');
    await keptForLater(page);
    const kept = () =>
      page.evaluate(async (file) => {
        const html = await (await caches.match('/d/'))?.text();
        return { page: html?.includes(file), file: await caches.match(file) !== undefined };
      }, deployment.file);
    /** Whether the new page is shown. */
    const isNew = () => page.locator(`link[href="${deployment.file}"]`).count();

    deployment.servesNewPage = true;
    await page.reload();
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await isNew()).toBe(1);
    // Requested once by the page and once for the cache.
    await until(() => deployment.failures >= 2);
    expect(await kept()).toEqual({ page: false, file: false });
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await isNew()).toBe(0);
    expect(await linesOf(page)).toEqual(['mine']);

    deployment.isComplete = true;
    await context.setOffline(false);
    await page.reload();
    await until(async () => (await kept()).page === true);
    expect(await kept()).toEqual({ page: true, file: true });
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('#paper:not([aria-busy])');
    expect(await isNew()).toBe(1);
    expect(await linesOf(page)).toEqual(['mine']);
    await context.close();
    deployment.destroy();
  });
});
