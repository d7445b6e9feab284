import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eachEditorPage } from '../../support/browser/each-editor-page.ts';

const pages = eachEditorPage();
let page: Page;
beforeEach(async () => {
  ({ page } = pages);
  await page.waitForSelector('.link-bubble', { state: 'attached' });
});

const lines = () => page.evaluate(() => edgepad.lines());
const bubble = () => page.locator('.link-bubble').first();
const isTextFocused = () =>
  page.evaluate(() => document.activeElement?.classList.contains('ProseMirror') ?? false);

describe('[E22] the link bubble', () => {
  beforeEach(async () => {
    await page.keyboard.type('see [here](https://example.com/a) now');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowLeft');
    await bubble().waitFor();
  });

  test('shows the address, and closes when the caret leaves the link', async () => {
    const link = bubble().locator('a');
    expect(await link.innerText()).toBe('example.com/a');
    expect(await link.getAttribute('href')).toBe('https://example.com/a');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await page.keyboard.press('End');
    await bubble().waitFor({ state: 'hidden' });
  });

  test('gets the focus by Tab, and returns it by Escape', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href')))
      .toBe('https://example.com/a');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Edit link');
    await page.keyboard.press('Escape');
    expect(await isTextFocused()).toBe(true);
    // In the text, Escape closes the bubble until the caret has left the link.
    await page.keyboard.press('Escape');
    await bubble().waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowLeft');
    expect(await bubble().isHidden()).toBe(true);
    await page.keyboard.press('End');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowLeft');
    await bubble().waitFor();
  });

  test('edits the link', async () => {
    await bubble().getByLabel('Edit link').click();
    await page.locator('dialog input').fill('example.org');
    await page.keyboard.press('Enter');
    await expect.poll(lines).toEqual(['see [here](https://example.org) now']);
    await expect.poll(isTextFocused).toBe(true);
  });

  test('removes the link in one undo step', async () => {
    await bubble().getByLabel('Remove link').click();
    expect(await lines()).toEqual(['see here now']);
    expect(await isTextFocused()).toBe(true);
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['see [here](https://example.com/a) now']);
  });

  test('moves with the link when another author types above it', async () => {
    const before = await bubble().boundingBox();
    await page.evaluate(() => {
      const other = edgepad.mount().editor.view;
      other.dispatch(other.state.tr.insert(0, other.state.schema.nodes.paragraph?.create() ?? []));
    });
    await expect.poll(async () => (await bubble().boundingBox())?.y)
      .toBeGreaterThan((before?.y ?? 0) + 10);
  });

  test('is hidden in a read-only editor', async () => {
    await page.evaluate(() => edgepad.editor.setEditable(false));
    await bubble().waitFor({ state: 'hidden' });
  });
});

describe('[E9] link and image dialogs', () => {
  test('Control+K links a selected word without the space after it', async () => {
    await page.keyboard.type('one two three');
    await page.evaluate(() => edgepad.select(5, 9));
    await page.keyboard.press('Control+k');
    await page.locator('dialog input').fill('example.com');
    await page.keyboard.press('Enter');
    await expect.poll(lines).toEqual(['one [two](https://example.com) three']);
  });

  test('an image gets an address and a description, and can be changed', async () => {
    await page.route('https://example.com/**', (route) => route.abort());
    await page.keyboard.type('- item');
    await page.getByLabel('Image', { exact: true }).click();
    await page.locator('dialog input[type=url]').fill('http://example.com/a.png');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.dialog-error').innerText()).toContain('https://');
    await page.locator('dialog input[type=url]').fill('https://example.com/a.png');
    await page.locator('dialog input[type=text]').fill('A harbour');
    await page.keyboard.press('Enter');
    await expect.poll(lines).toEqual(['bullet item', 'image1 https://example.com/a.png', '']);
    await expect.poll(isTextFocused).toBe(true);
    expect(await page.locator('.ProseMirror img[src]').getAttribute('alt')).toBe('A harbour');
    await page.locator('.ProseMirror img[src]').click();
    await page.getByLabel('Image', { exact: true }).click();
    await page.locator('dialog input[type=text]').fill('A quay');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.ProseMirror img[src]').getAttribute('alt'))
      .toBe('A quay');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['bullet item']);
    pages.faults.length = 0; // The image request that the test aborts.
  });
});
