import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const text = `[to the end](#the-end)\n\n# Start\n${'line\n'.repeat(60)}\n## The end\nbye`;

async function create(): Promise<{ name: string; key: string }> {
  const name = freshName();
  const response = await fetch(`${service}/docs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, markdown: text }),
  });
  const { links } = await response.json();
  return { name, key: /[#]k=(.*)$/.exec(links.edit ?? links.own)?.[1] ?? '' };
}

test('[R28] a link to a section leads there in the editor, and the key stays in the address', async () => {
  const { name, key } = await create();
  const { page, faults } = await visitEditor(browser, `${service}/d/${name}#k=${key}`);
  const top = () => page.locator('.ProseMirror h2').evaluate((h) => h.getBoundingClientRect().top);
  const ids = page.locator('.ProseMirror :is(h1, h2)[id]');
  await eventually(() => ids.count()).toBe(2);
  await page.locator('.ProseMirror a').click({ modifiers: ['ControlOrMeta'] });
  await eventually(top).toBeLessThan(400);
  expect(new URL(page.url()).hash).toMatch(/^#k=[\w-]+&s=the-end$/);
  expect(page.context().pages()).toHaveLength(1);
  await page.reload();
  await page.waitForSelector('.ProseMirror[contenteditable=true]');
  await eventually(top).toBeLessThan(400);
  await eventually(() => ids.count()).toBe(2);
  const shown = await ids.evaluateAll((headings) => headings.map(({ id }) => id));
  const view = await visit(browser, `${service}/v/${name}?key=${key}`);
  const rendered = view.page.locator('main :is(h1, h2)[id]');
  expect(await rendered.evaluateAll((headings) => headings.map(({ id }) => id))).toEqual(shown);
  await view.page.locator('main a').click();
  await eventually(() =>
    view.page.locator('main h2').evaluate((h) => h.getBoundingClientRect().top)
  )
    .toBeLessThan(400);
  expect(view.page.url()).toMatch(/\?key=[\w-]+#the-end$/);
  expect([...faults, ...view.faults]).toEqual([]);
  await Promise.all([page, view.page].map((page) => page.context().close()));
});
