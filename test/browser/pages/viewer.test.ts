import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as Y from 'yjs';
import { build, type Draft, line, randomLines } from '../../worker/core/render/sample-documents.ts';
import { faultsOf, openBrowser } from '../../support/browser/browser.ts';
import { Random } from '../../support/random.ts';
import { freshName, ourProvider, until } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** An author, and a page on which another person reads. */
async function open(drafts: readonly Draft[], options: Parameters<Browser['newContext']>[0] = {}) {
  const name = freshName();
  const provider = ourProvider(service, name);
  const lines = provider.doc.getXmlFragment('lines');
  const saved = () => until(() => provider.status.state === 'saved');
  if (drafts.length > 0) lines.insert(0, drafts.map(build));
  await saved();
  const context = await browser.newContext({ viewport: { width: 800, height: 600 }, ...options });
  const page = await context.newPage();
  const faults = faultsOf(page);
  await page.goto(`${service}/v/${name}`);
  return {
    name,
    page,
    faults,
    lines,
    doc: provider.doc,
    saved,
    insert: (at: number, ...drafts: Draft[]) => lines.insert(at, drafts.map(build)),
    textOf: (at: number) => (lines.get(at) as Y.XmlElement).get(0) as Y.XmlText,
    async close() {
      expect(faults).toEqual([]);
      await context.close();
      provider.destroy();
    },
  };
}

const stateOf = (page: Page) => page.getAttribute('#status', 'data-state');
const shows = (page: Page, text: string) =>
  until(async () => (await page.innerText('#document')).includes(text));

/** The content of the page without the marks of changes. */
const shown = (page: Page) =>
  page.evaluate(() => {
    const copy = document.querySelector('#document')?.cloneNode(true) as Element;
    for (const element of copy.querySelectorAll('.is-changed')) {
      element.classList.remove('is-changed');
      if (element.classList.length === 0) element.removeAttribute('class');
    }
    return copy.innerHTML;
  });

/** The content that a newly opened page shows. */
const fresh = (page: Page) =>
  page.evaluate(async () => {
    const response = await fetch(location.href, { cache: 'no-store' });
    const read = new DOMParser().parseFromString(await response.text(), 'text/html');
    return read.querySelector('#document')?.innerHTML ?? '';
  });

const many = (count: number) => Array.from({ length: count }, (_, i) => line(`Line ${i}`));

describe('[P6] the read-only page', () => {
  it('[R15] updates in place: keeps elements, selection and focus, and marks changes', async () => {
    const { page, textOf, insert, doc, close } = await open([
      line('First'),
      line([[{ insert: 'A link', attributes: { link: { href: 'https://example.org/' } } }, {
        insert: ' and words',
      }]]),
      line('one', { kind: 'bullet' }),
      line('two', { kind: 'bullet', indent: 1 }),
    ]);
    await until(async () => await stateOf(page) === 'live');
    await page.evaluate(() => {
      const lines = [...document.querySelectorAll('#document [data-key]')];
      Object.assign(window, { lines });
      document.querySelector<HTMLElement>('#document a')?.focus();
      const text = document.querySelector('#document p')?.firstChild as Text;
      getSelection()?.setBaseAndExtent(text, 1, text, 4);
    });
    doc.transact(() => {
      textOf(0).insert(5, ' of all');
      textOf(1).insert(16, '!');
      textOf(3).insert(3, '!');
      insert(0, line('Before', { kind: 'h1' }));
    });
    await shows(page, 'two!');
    const after = await page.evaluate(() => ({
      isSame: (window as unknown as { lines: Element[] }).lines.every((line) => line.isConnected),
      selection: String(getSelection()),
      focus: document.activeElement?.textContent,
      marked: [...document.querySelectorAll('.is-changed')].map((line) => line.textContent),
    }));
    expect(after).toEqual({
      isSame: true,
      selection: 'irs',
      focus: 'A link',
      marked: ['Before', 'First of all', 'A link and words!', 'two!'],
    });
    await until(async () => await page.locator('.is-changed').count() === 0);
    expect(await shown(page)).toBe(await fresh(page));
    await close();
  });

  it('[R15] keeps the scroll position, also within one long list', async () => {
    for (const kind of [null, 'bullet']) {
      const { page, insert, close } = await open(
        Array.from({ length: 200 }, (_, i) => line(`Line ${i}`, kind ? { kind } : {})),
      );
      await until(async () => await stateOf(page) === 'live');
      const topOf = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('#document p, #document li')]
            .find((line) => line.textContent === 'Line 100')?.getBoundingClientRect().top
        );
      await page.evaluate(() => {
        [...document.querySelectorAll('#document p, #document li')]
          .find((line) => line.textContent === 'Line 100')?.scrollIntoView();
        scrollBy(0, -100);
      });
      const before = await topOf();
      insert(3, ...Array.from({ length: 20 }, () => line('New', kind ? { kind } : {})));
      await until(async () => await page.getByText('New', { exact: true }).count() === 20);
      expect(Math.round(await topOf() ?? NaN)).toBe(Math.round(before ?? NaN));
      await close();
    }
  });

  it('[R21] shows the same as a newly opened page after every change', async () => {
    const random = new Random(7);
    const { page, lines, doc, saved, close } = await open(randomLines(random));
    for (let round = 0; round < 12; round++) {
      doc.transact(() => {
        for (let i = 0; i < 3; i++) {
          const at = random.below(lines.length + 1);
          const target = at < lines.length ? lines.get(at) : null;
          const what = random.pick(['insert', 'delete', 'kind']);
          if (!(target instanceof Y.XmlElement) || what === 'insert') {
            lines.insert(at, randomLines(random).map(build));
          } else if (what === 'delete') {
            lines.delete(at, 1);
          } else {
            target.setAttribute('kind', random.pick(['bullet', 'ordered', 'quote', 'task', 'h1']));
          }
        }
      });
      await saved();
      const expected = await fresh(page);
      await until(async () => await shown(page) === expected);
    }
    await close();
  });

  it('[R17] does not poll while hidden, and updates when visible again', async () => {
    const { page, name, textOf, close } = await open([line('First')]);
    await until(async () => await stateOf(page) === 'live');
    const polls: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes(`/docs/${name}/changes`)) polls.push(request.url());
    });
    const setHidden = (hidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await setHidden(true);
    expect(await stateOf(page)).toBe('paused');
    polls.length = 0;
    textOf(0).insert(5, ' of all');
    await page.waitForTimeout(4_000);
    expect(polls).toEqual([]);
    await setHidden(false);
    await shows(page, 'First of all');
    await close();
  });

  it('[R18] shows when it is behind, and recovers by itself', async () => {
    const { page, textOf, close } = await open([line('First')]);
    await page.route('**/changes*', (route) => route.abort());
    await until(async () => await stateOf(page) === 'behind');
    expect(await page.innerText('#status')).toMatch(
      /^Not connected\. Showing the version from .*\d/,
    );
    textOf(0).insert(5, ' of all');
    await page.unroute('**/changes*');
    await shows(page, 'First of all');
    expect(await stateOf(page)).toBe('live');
    await close();
  });

  it('[R19] waits for the first text of an empty document', async () => {
    const { page, insert, close } = await open([]);
    expect(await page.title()).toBe('Nothing here yet');
    await until(async () => await stateOf(page) === 'empty');
    insert(0, line('Here it is', { kind: 'h1' }));
    await shows(page, 'Here it is');
    expect(await page.title()).toBe('Here it is');
    await close();
  });

  it('[R20] is complete without scripts, with title and link preview', async () => {
    const drafts = [line('Plan', { kind: 'h1' }), line('done', { kind: 'task', checked: true })];
    const { page, doc, saved, name, close } = await open(drafts, { javaScriptEnabled: false });
    doc.getMap('meta').set('title', 'Our "plan"');
    await saved();
    await page.reload();
    expect(await page.title()).toBe('Our "plan"');
    expect(await page.innerText('#document > h1:first-child')).toBe('Our "plan"');
    const content = (property: string) =>
      page.getAttribute(`meta[property="og:${property}"]`, 'content');
    expect(await content('title')).toBe('Our "plan"');
    expect(await content('description')).toBe('Plan done');
    expect(await content('url')).toBe(`${service}/v/${name}`);
    expect(await page.isChecked('#document input')).toBe(true);
    await close();
  });

  it('[R16] shows and follows a long document like a short one', async () => {
    const { page, textOf, name, close } = await open(many(3_000));
    await until(async () => await stateOf(page) === 'live');
    const sizes: number[] = [];
    page.on('response', async (response) => {
      if (!response.url().includes(`/docs/${name}/changes`) || response.status() !== 200) return;
      sizes.push((await response.body()).length);
    });
    textOf(2_000).insert(0, 'Changed ');
    await shows(page, 'Changed Line 2000');
    await until(() => sizes.length > 0);
    expect(Math.max(...sizes)).toBeLessThan(2_000);
    await close();
  });
});
