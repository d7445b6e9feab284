import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { eventually, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Opens a document for two people, whose title was set when it was created. */
async function openTitled(
  title: string,
): Promise<{ readonly json: string; readonly ann: Page; readonly bob: Page }> {
  const name = freshName();
  const response = await fetch(`${service}/docs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, title, text: 'Some text' }),
  });
  const { links } = await response.json();
  const { pathname, hash } = new URL(links.edit ?? links.own, service);
  const address = `${service}${pathname}${hash}`;
  const [ann, bob] = await Promise.all([1, 2].map(() => visitEditor(browser, address)));
  const json = `${service}/docs/${name}.json?key=${hash.replace('#k=', '')}`;
  const people = { json, ann: ann!.page, bob: bob!.page };
  await shows(title, people.ann, people.bob);
  return people;
}

async function shows(title: string, ...pages: Page[]): Promise<void> {
  for (const page of pages) await eventually(() => page.inputValue('#title')).toBe(title);
}

async function close(...pages: Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.context().close()));
}

describe('[E29] the title', () => {
  it('keeps what two people type in it at once, and each undoes their own', async () => {
    const { json, ann, bob } = await openTitled('Report');
    await ann.press('#title', 'Home');
    await bob.press('#title', 'End');
    await Promise.all([
      ann.keyboard.type('Q3 ', { delay: 40 }),
      bob.keyboard.type(' draft', { delay: 40 }),
    ]);
    await shows('Q3 Report draft', ann, bob);
    await eventually(async () =>
      (await (await fetch(json, { headers: { 'cache-control': 'no-cache' } })).json()).attrs.title
    ).toBe('Q3 Report draft');
    await ann.keyboard.press('ControlOrMeta+z');
    await shows('Report draft', ann, bob);
    await ann.keyboard.press('ControlOrMeta+Shift+z');
    await shows('Q3 Report draft', ann, bob);
    await ann.keyboard.type('2026 ');
    await shows('Q3 2026 Report draft', ann, bob);
    await close(ann, bob);
  });

  it('keeps a composition while another person types', async () => {
    const { ann, bob } = await openTitled('Report');
    const session = await ann.context().newCDPSession(ann);
    await ann.press('#title', 'End');
    for (const text of ['ㅎ', '하', '한']) {
      const at = text.length;
      await session.send('Input.imeSetComposition', { text, selectionStart: at, selectionEnd: at });
      if (text !== '하') continue;
      await shows('Report하', bob);
      await bob.press('#title', 'Home');
      await bob.keyboard.type('Z');
      await eventually(() => ann.title()).toContain('ZReport하');
      expect(await ann.inputValue('#title')).toBe('Report하');
    }
    await session.send('Input.insertText', { text: '한' });
    await shows('ZReport한', ann, bob);
    await ann.keyboard.type('!');
    await shows('ZReport한!', ann, bob);
    await close(ann, bob);
  });

  it('has no half of a character at its longest', async () => {
    const { ann, bob } = await openTitled('x');
    await ann.fill('#title', 'x'.repeat(199));
    await ann.press('#title', 'End');
    await ann.keyboard.insertText('😀');
    await ann.keyboard.press('Home');
    await ann.keyboard.press('Delete');
    await ann.keyboard.type('y');
    await shows(`y${'x'.repeat(198)}`, ann, bob);
    await close(ann, bob);
  });
});
