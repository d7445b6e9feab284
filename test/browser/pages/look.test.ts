import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const paper = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const dark = 'rgb(23, 24, 26)';
const light = 'rgb(255, 255, 255)';

describe('the theme', () => {
  test('[U4] is applied before any module runs', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    expect(await paper(page)).toBe(light);
    await page.click('#menu-button');
    await page.click('#theme [value=dark]');
    expect(await paper(page)).toBe(dark);
    // The page's script never arrives: only the first paint happens.
    await page.route(/\/assets\/document-/, (route) => {
      return route.request().resourceType() === 'script' ? route.abort() : route.continue();
    });
    await page.reload();
    expect(await paper(page)).toBe(dark);
    expect(await page.innerText('#status')).toBe('Connecting…');
    await page.context().close();
  });

  test('follows the system until one is chosen, which applies to every page', async () => {
    const { page } = await visit(browser, service, { colorScheme: 'dark' });
    expect(await paper(page)).toBe('rgb(17, 18, 20)');
    await page.click('#theme [value=light]');
    await page.goto(`${service}/d/${freshName()}`);
    expect(await paper(page)).toBe(light);
    await page.goto(`${service}/v/${freshName()}`);
    expect(await page.getAttribute('html', 'data-theme')).toBe('light');
    await page.goto(service);
    await page.click('#theme [value=auto]');
    expect(await paper(page)).toBe('rgb(17, 18, 20)');
    await page.context().close();
  });
});

describe('while the page loads', () => {
  test('[U4] its layout does not shift', async () => {
    const address = `${service}/d/${freshName()}`;
    const ann = await visitEditor(browser, address, { viewport: { width: 1280, height: 800 } });
    await ann.page.fill('#title', 'Tides');
    await ann.page.keyboard.press('Enter');
    await ann.page.keyboard.type('# One\ntext\n## Two\n- a\nb');
    await eventually(() => ann.page.getAttribute('#status', 'data-state')).toBe('saved');
    const { page } = ann;
    await page.addInitScript(() => {
      const shifts: string[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, hadRecentInput, sources = [] } = entry as PerformanceEntry & {
            value: number;
            hadRecentInput: boolean;
            sources?: { node: Node | null }[];
          };
          if (hadRecentInput) continue;
          const what = sources.map(({ node }) => node instanceof Element ? node.outerHTML : '');
          shifts.push(`${value} ${what.join().slice(0, 200)}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
      Object.assign(globalThis, { shifts });
    });
    await page.reload();
    await page.waitForSelector('#outline .outline-list');
    await page.waitForSelector('#word-count:not([hidden])');
    expect(await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts))
      .toEqual([]);
    await page.context().close();
  });

  test('[P6] without JavaScript it links to the read-only page', async () => {
    const name = freshName();
    const ann = await visitEditor(browser, `${service}/d/${name}`);
    await ann.page.keyboard.type('readable');
    await eventually(() => ann.page.getAttribute('#status', 'data-state')).toBe('saved');
    const reader = await visit(browser, `${service}/d/${name}`, { javaScriptEnabled: false });
    expect(await reader.page.isVisible('#toolbar')).toBe(false);
    await reader.page.click('.notice a');
    expect(await reader.page.innerText('#document')).toContain('readable');
    await ann.page.context().close();
    await reader.page.context().close();
  });
});

describe('on a small screen', () => {
  /** The visible controls that extend beyond the window. A scrolling row counts as one. */
  const cut = (page: Page) =>
    page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const found = document.documentElement.scrollWidth > width ? ['the page scrolls'] : [];
      const all = document.querySelectorAll('a, button, input, h1, h2, p, dialog, [popover]');
      for (const element of all) {
        if (element.closest('#toolbar') || !element.checkVisibility()) continue;
        if (element.closest('.visually-hidden')) continue;
        const { left, right } = element.getBoundingClientRect();
        if (left < -0.5 || right > width + 0.5) found.push(element.outerHTML.slice(0, 100));
      }
      return found;
    });

  test.each([['a phone', { width: 320, height: 640 }], ['zoomed to 400 %', {
    width: 320,
    height: 256,
  }]])('[U5] nothing is cut off on %s', async (_, viewport) => {
    const name = freshName();
    const { page } = await visitEditor(browser, `${service}/d/${name}`, { viewport });
    await page.keyboard.type('# A heading with averyveryverylongwordthatfitsnowhere\n');
    await page.keyboard.type(`${'word '.repeat(40)}\n\`\`\`${'x'.repeat(200)}`);
    expect(await cut(page)).toEqual([]);
    for (const opener of ['#menu-button', '#people', '#share']) {
      await page.click(opener);
      // Loaded on demand: before it is open, Escape would close nothing.
      if (opener === '#share') await page.waitForSelector('dialog[open]');
      expect(await cut(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Control+h');
    await page.waitForSelector('.find-bar:not([hidden])');
    expect(await cut(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+/');
    await page.waitForSelector('dialog[open]');
    expect(await cut(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await eventually(() => page.getAttribute('#status', 'data-state')).toBe('saved');
    for (const path of ['/', `/v/${name}`, '/v/nothing-is-here']) {
      await page.goto(service + path);
      expect(await cut(page)).toEqual([]);
    }
    await page.context().close();
  });

  test('[U5] the toolbar is above the on-screen keyboard', async () => {
    // Headless Chromium has no on-screen keyboard: the test simulates its visual viewport.
    const context = await browser.newContext({
      viewport: { width: 375, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    await context.addInitScript(() => {
      const viewport = Object.assign(new EventTarget(), { height: 740, offsetTop: 0, scale: 1 });
      Object.defineProperty(globalThis, 'visualViewport', { value: viewport });
    });
    const page = await context.newPage();
    await page.goto(`${service}/d/${freshName()}`);
    await page.waitForSelector('.ProseMirror[contenteditable=true]');
    const bottom = async () => {
      const box = await page.locator('#toolbar').boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0);
    };
    expect(await bottom()).toBe(740);
    await page.evaluate(() => {
      Object.assign(visualViewport ?? {}, { height: 440 });
      visualViewport?.dispatchEvent(new Event('resize'));
    });
    expect(await bottom()).toBe(440);
    // Not all buttons fit, and the toolbar shows that.
    await eventually(() => page.getAttribute('#toolbar', 'data-more')).toBe('end');
    await page.locator('#toolbar').evaluate((row) => row.scrollTo(9999, 0));
    await eventually(() => page.getAttribute('#toolbar', 'data-more')).toBe('start');
    await context.close();
  });

  test('the bar shows people as a number on a phone, and as avatars elsewhere', async () => {
    const address = `${service}/d/${freshName()}`;
    const { page } = await visitEditor(browser, address, { viewport: { width: 375, height: 700 } });
    const others = await Promise.all([1, 2, 3, 4, 5].map(() => visitEditor(browser, address)));
    expect(await page.isVisible('.people-count')).toBe(true);
    await eventually(() => page.getAttribute('.people-count', 'data-count')).toBe('6');
    const [first] = others;
    await eventually(() => first?.page.getAttribute('.avatar-more', 'data-initials')).toBe('+2');
    await page.context().close();
    for (const other of others) await other.page.context().close();
  });
});

describe('the status in the bar', () => {
  test('[P7] is true, marks the tab, and reconnects at once on demand', async () => {
    const ann = await visitEditor(browser, `${service}/d/${freshName()}`);
    const { page } = ann;
    const icon = () => page.getAttribute('link[rel=icon]', 'href');
    await page.keyboard.type('one');
    await eventually(() => page.innerText('#status')).toBe('Saved');
    expect(await icon()).toBe('/favicon.svg');
    await ann.loseConnection();
    await eventually(() => page.innerText('#status')).toMatch(/^Offline/);
    expect(await icon()).toMatch(/^data:image\/svg/);
    await page.keyboard.type(' two');
    await eventually(() => page.getAttribute('#status', 'data-tone')).toBe('wait');
    expect(await page.innerText('#retry')).toBe('Reconnect');
    await ann.giveConnectionBack();
    await page.evaluate(() => document.querySelector<HTMLElement>('#retry')?.click());
    await eventually(() => page.innerText('#status')).toBe('Saved');
    expect(await icon()).toBe('/favicon.svg');
    expect(ann.faults).toEqual([]);
    await page.context().close();
  });

  test('[P7] explains a refusal and links to the home page', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.routeWebSocket(/\/docs\//, (socket) => {
      void socket.close({ code: 4403, reason: 'Your access was withdrawn' });
    });
    await page.goto(`${service}/d/${freshName()}`);
    await eventually(() => page.innerText('#notice')).toContain('Your access was withdrawn.');
    expect(await page.innerText('#status')).toContain('Your access was withdrawn');
    expect(await page.locator('#notice a').getAttribute('href')).toBe('/');
    expect(await page.isVisible('#toolbar')).toBe(false);
    await page.click('#menu-button');
    expect(await page.isDisabled('[data-command=find]')).toBe(true);
    expect(await page.isEnabled('[data-command=new]')).toBe(true);
    await context.close();
  });
});
