import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linesOf, openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { ClosedService } from '../../support/servers/closed-service.ts';

let browser: Browser;
let closed: ClosedService;
beforeAll(async () => {
  [browser, closed] = await Promise.all([openBrowser(), ClosedService.start(inject('host'))]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await closed?.stop();
});

const stateOf = (page: Page) => page.getAttribute('#status', 'data-state');
const clipboardOf = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** Creates a document on the home page, with one line. */
async function createDocument(text: string): Promise<Page> {
  const { page } = await visit(browser, closed.url);
  await page.click('#create');
  await page.waitForSelector('.ProseMirror[contenteditable=true]');
  await page.click('.ProseMirror');
  await page.keyboard.type(text);
  await eventually(() => stateOf(page)).toBe('saved');
  return page;
}

/** Whether the menu offers to delete the document, which only owners may. */
async function isOwner(page: Page): Promise<boolean> {
  await eventually(() => stateOf(page)).toBe('saved');
  await page.click('#menu-button');
  await page.waitForSelector('#menu:popover-open');
  const isOffered = await page.isVisible('[data-command=delete]');
  await page.keyboard.press('Escape');
  return isOffered;
}

async function openShare(page: Page): Promise<void> {
  await eventually(() => stateOf(page)).toBe('saved');
  await page.click('#share');
  await page.waitForSelector('.share-links li');
}

async function copyOwnershipLink(page: Page): Promise<string> {
  await openShare(page);
  await page.getByRole('button', { name: 'Copy ownership link' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await page.keyboard.press('Escape');
  return await clipboardOf(page);
}

describe('[U9] ownership', () => {
  test('is not in the address of a new document; who gets the address can edit', async () => {
    const ann = await createDocument('Low water at noon');
    expect(await isOwner(ann)).toBe(true);
    const bob = await visitEditor(browser, ann.url());
    await eventually(() => linesOf(bob.page)).toEqual(['Low water at noon']);
    expect(await isOwner(bob.page)).toBe(false);
    await ann.reload();
    expect(await isOwner(ann)).toBe(true);
    await ann.context().close();
    await bob.page.context().close();
  });

  test('moves to another browser by the ownership link, which leaves the address', async () => {
    const ann = await createDocument('Low water at noon');
    const link = await copyOwnershipLink(ann);
    expect(link).not.toBe(ann.url());
    const { page } = await visitEditor(browser, link);
    expect(await isOwner(page)).toBe(true);
    await eventually(() => page.url()).toBe(link.replace(/#.*/, ''));
    await page.reload();
    expect(await isOwner(page)).toBe(true);
    await page.goto('about:blank');
    await page.goto(ann.url());
    expect(await isOwner(page)).toBe(true);
    expect(page.url()).toBe(ann.url());
    await page.goto(closed.url);
    expect(await page.getAttribute('#documents a', 'href')).toBe(new URL(link).pathname);
    await page.context().close();
    await ann.context().close();
  });

  test('is not in the address of the read-only page', async () => {
    const { links } = await closed.make();
    const { page } = await visitEditor(browser, links.own);
    await page.click('.ProseMirror');
    await page.keyboard.type('Low water');
    await eventually(() => stateOf(page)).toBe('saved');
    await page.click('#menu-button');
    expect(await page.getAttribute('#view-link', 'href')).toMatch(/&once$/);
    await page.context().close();

    const created = await createDocument('High water');
    const owner = new URL(await copyOwnershipLink(created)).hash.slice('#k='.length);
    await created.click('#menu-button');
    expect(await created.getAttribute('#view-link', 'href')).not.toContain(owner);
    await created.context().close();
  });

  test('is lost from the list only after a warning, and Undo puts it back', async () => {
    const page = await createDocument('Low water at noon');
    const address = page.url();
    const link = await copyOwnershipLink(page);
    await page.goto(closed.url);
    const remove = () => page.click('#documents .remove');
    await remove();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('You own this document');
    await dialog.getByRole('button', { name: 'Copy ownership link' }).click();
    await eventually(() => clipboardOf(page)).toBe(link);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator('#documents li').count()).toBe(1);

    await remove();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually(() => page.locator('#documents li').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => page.locator('#documents li').count()).toBe(1);
    await page.goto(address);
    expect(await isOwner(page)).toBe(true);

    await page.goto(closed.url);
    await remove();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await eventually(() => page.locator('#documents li').count()).toBe(0);
    await page.goto(address);
    expect(await isOwner(page)).toBe(false);
    // Nothing was unsaved, so nothing is offered.
    expect(await page.locator('.recovery[data-kind]').count()).toBe(0);
    await page.context().close();
  });

  test('ends with the last owner link, after a warning; the page goes on as an editor', async () => {
    const page = await createDocument('Low water at noon');
    await openShare(page);
    await page.getByRole('button', { name: 'Revoke “Owner”' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke this link?' });
    expect(await dialog.innerText()).toContain('You are using “Owner” yourself');
    expect(await dialog.innerText()).toContain('the only owner link');
    await dialog.getByRole('button', { name: 'Revoke link' }).click();
    await page.waitForEvent('load');
    expect(await isOwner(page)).toBe(false);
    expect(await linesOf(page)).toEqual(['Low water at noon']);
    await page.context().close();
  });

  test('that was revoked meanwhile falls back to the key in the address', async () => {
    const page = await createDocument('Low water at noon');
    const address = page.url();
    const owner = new URL(await copyOwnershipLink(page)).hash.slice('#k='.length);
    await page.goto('about:blank');
    const keys = `${address.replace('/d/', '/docs/').replace(/#.*/, '')}/keys`;
    const headers = { authorization: `Bearer ${owner}` };
    const { keys: listed } = await (await fetch(keys, { headers })).json() as {
      keys: { id: string; role: string }[];
    };
    const { id } = listed.find(({ role }) => role === 'own') ?? { id: '' };
    expect((await fetch(`${keys}/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    await page.goto(address);
    await eventually(() => linesOf(page).catch(() => [])).toEqual(['Low water at noon']);
    expect(await isOwner(page)).toBe(false);
    await page.context().close();
  });
});

describe('[U10] a link', () => {
  test('can be copied again in the browser that created it; its expiry is chosen anew', async () => {
    const page = await createDocument('Low water at noon');
    await openShare(page);
    await page.check('[name=share-purpose][value=embed]');
    await page.getByLabel('Label (only owners see it)').fill('Blog');
    await page.getByLabel('Expires').selectOption({ label: 'After 7 days' });
    await page.getByRole('button', { name: 'Create and copy link' }).click();
    await eventually(() => page.innerText('[aria-label="Copy new link"]')).toBe('Copied');
    const link = await clipboardOf(page);
    expect(await page.getByLabel('Expires').inputValue()).toBe('0');
    await page.reload();
    await openShare(page);
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await page.getByRole('button', { name: 'Copy “Blog”' }).click();
    await eventually(() => clipboardOf(page)).toBe(link);
    const entry = page.locator('.share-links li', { has: page.locator('[value="Blog"]') });
    await eventually(() => page.locator('.share-role').allInnerTexts()).toContain('Embed');
    expect(await entry.count()).toBeLessThanOrEqual(1);
    // The links that came with the document can be copied as well.
    await page.getByRole('button', { name: 'Copy “Editors”' }).click();
    await eventually(() => clipboardOf(page)).toBe(page.url());
    await page.context().close();
  });
});
