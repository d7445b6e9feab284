import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { keptForLater, linesOf, openBrowser } from '../../support/browser/browser.ts';
import { ClosedService } from '../../support/servers/closed-service.ts';
import { noticeOf, visitToBeMuted } from '../../support/browser/muted.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';

let browser: Browser;
let closed: ClosedService;
let service: string;
beforeAll(async () => {
  [browser, closed] = await Promise.all([openBrowser(), ClosedService.start(inject('host'))]);
  service = closed.url;
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await closed?.stop();
});

const stateOf = (page: Page) => page.getAttribute('#status', 'data-state');
const clipboardOf = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

async function write(page: Page, text: string): Promise<void> {
  await page.click('.ProseMirror > :last-child');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

async function openShare(page: Page): Promise<void> {
  await eventually(() => stateOf(page)).toBe('saved');
  await page.click('#share');
  await page.waitForSelector('.share-links li');
}

/** Removes the link with this label, as its owner. */
async function removeLink(page: Page, label: string): Promise<void> {
  await openShare(page);
  await page.getByRole('button', { name: `Revoke “${label}”` }).click();
  await page.getByRole('button', { name: 'Revoke link' }).click();
  await eventually(() => page.getByRole('button', { name: `Revoke “${label}”` }).count()).toBe(0);
}

const copiesOf = (page: Page) =>
  page.evaluate(() =>
    new Promise<unknown[]>((resolve) => {
      indexedDB.open('edgepad').onsuccess = ({ target }) => {
        const { result } = target as IDBOpenDBRequest;
        result.transaction('documents').objectStore('documents').getAllKeys().onsuccess = (
          { target },
        ) => resolve((target as IDBRequest<unknown[]>).result);
      };
    })
  );

describe('[U9] the credential', () => {
  test('comes with the new document, stays in the address as a key to edit, and is stored for the home page', async () => {
    const { page, faults } = await visit(browser, service);
    await page.click('#create');
    await page.waitForSelector('.ProseMirror[contenteditable=true]');
    const address = page.url();
    expect(address).toMatch(/\/d\/[\w~-]+#k=[\w-]{22}$/);
    await write(page, 'Low water at noon');
    await page.fill('#title', 'Tides');
    await eventually(() => stateOf(page)).toBe('saved');
    await page.reload();
    await eventually(() => linesOf(page)).toEqual(['Low water at noon']);
    expect(page.url()).toBe(address);

    await page.goto(service);
    await page.click('text=Tides');
    await eventually(() => linesOf(page)).toEqual(['Low water at noon']);
    expect(page.url()).toBe(address);

    // A weaker link does not replace the owner's link.
    await openShare(page);
    await page.check('[name=share-purpose][value=edit]');
    await page.getByRole('button', { name: 'Create and copy link' }).click();
    await eventually(() => page.innerText('[aria-label="Copy new link"]')).toBe('Copied');
    const other = await clipboardOf(page);
    await page.goto('about:blank');
    await page.goto(other);
    await eventually(() => stateOf(page)).toBe('saved');
    await page.goto(service);
    expect(await page.getAttribute('#documents a', 'href')).toBe(
      new URL(address).pathname +
        new URL(address).hash,
    );
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('comes with an imported file, and authorizes downloads', async () => {
    const { page, faults } = await visit(browser, service);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#import')]);
    await chooser.setFiles({
      name: 'tide.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('# Tide\n\nLow water at noon'),
    });
    await eventually(() => page.innerText('.ProseMirror').catch(() => '')).toContain('Low water');
    await eventually(() => page.url()).toMatch(/\/d\/[\w~-]+#k=[\w-]{22}$/);
    await eventually(() => stateOf(page)).toBe('saved');
    await page.click('#menu-button');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-format=md]'),
    ]);
    expect(file.suggestedFilename()).toBe('Tide.md');
    await page.click('#menu-button');
    const [reader] = await Promise.all([
      page.context().waitForEvent('page'),
      page.click('#view-link'),
    ]);
    await eventually(() => reader.innerText('#document')).toContain('Low water');
    // Its address does not contain the credential, so that it can be shared.
    await eventually(() => reader.url()).not.toContain('key');
    await eventually(() => reader.innerText('#status')).toBe('Live');
    await page.bringToFront();
    await page.keyboard.press('Escape');
    await page.click('#menu-button');
    await page.click('[data-command=new]');
    await eventually(() => linesOf(page)).toEqual(['']);
    expect(page.url()).toMatch(/#k=[\w-]{22}$/);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('works over HTTP, and after a reload without a network', async () => {
    const { links } = await closed.make();
    const { page } = await visit(browser, 'about:blank');
    await page.routeWebSocket(/\/docs\//, (socket) => void socket.close({ code: 1011 }));
    await page.goto(links.edit);
    await page.waitForSelector('.ProseMirror[contenteditable=true]');
    await write(page, 'By HTTP');
    await eventually(() => stateOf(page)).toBe('saved');
    await keptForLater(page);
    await page.context().setOffline(true);
    await page.reload();
    await eventually(() => linesOf(page)).toEqual(['By HTTP']);
    expect(page.url()).toBe(links.edit);
    await write(page, ', offline');
    await page.context().setOffline(false);
    await eventually(() => stateOf(page)).toBe('saved');
    const text = await fetch(links.view.replace('/v/', '/docs/').replace('?', '.txt?'));
    expect(await text.text()).toContain('By HTTP, offline');
    await page.context().close();
  });
});

describe('[U10] an owner shares', () => {
  test('by keyboard: a reader opens the link, follows changes, and loses access', async () => {
    const { links } = await closed.make();
    const ann = await visitEditor(browser, links.own);
    const { page } = ann;
    await write(page, 'Low water at noon');
    await openShare(page);
    const { keyboard } = page;
    // The purpose has the focus; the label is the next field.
    await keyboard.press('Tab');
    await keyboard.type('The harbour');
    await keyboard.press('Enter');
    await eventually(() => page.innerText('[aria-label="Copy new link"]')).toBe('Copied');
    const link = await clipboardOf(page);
    expect(link).toMatch(/\/v\/[\w~-]+\?key=[\w-]{22}$/);
    await page.waitForSelector('[aria-label="Revoke “The harbour”"]');
    await keyboard.press('Escape');

    const bob = await visit(browser, link);
    await eventually(() => bob.page.innerText('#document')).toContain('Low water at noon');
    await write(page, ', high at six');
    await eventually(() => bob.page.innerText('#document')).toContain('high at six');

    await openShare(page);
    const entry = page.locator('.share-links li', {
      has: page.getByRole('button', { name: 'Revoke “The harbour”' }),
    });
    expect(await entry.innerText()).toContain('used just now');
    await entry.getByRole('textbox').fill('Everybody');
    await keyboard.press('Enter');
    const button = page.getByRole('button', { name: 'Revoke “Everybody”' });
    await button.focus();
    await keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Revoke this link?' });
    await question.waitFor();
    // The focus is on Cancel.
    await keyboard.press('Enter');
    await question.waitFor({ state: 'hidden' });
    await keyboard.press('Enter');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await eventually(() => button.count()).toBe(0);
    expect(await page.locator('dialog [role=status]').allInnerTexts())
      .toContain('Revoked “Everybody”');
    await eventually(() => bob.page.innerText('#status')).toContain('No longer available');
    expect([...ann.faults, ...bob.faults]).toEqual([]);
    await page.context().close();
    await bob.page.context().close();
  });

  test('[P6] a link with history opens the editor page, read-only and with cursors', async () => {
    const { links } = await closed.make();
    const ann = await visitEditor(browser, links.own);
    await write(ann.page, 'Low water at noon');
    await openShare(ann.page);
    const history = ann.page.getByRole('checkbox', { name: 'Show who is here' });
    await ann.page.getByRole('radio', { name: 'Can edit' }).check();
    expect(await history.isVisible()).toBe(false);
    await ann.page.getByRole('radio', { name: 'Can view' }).check();
    await history.check();
    await ann.page.getByRole('button', { name: 'Create and copy link' }).click();
    await ann.page.locator('.share-links').getByText('Can view live').waitFor();
    const bob = await visit(browser, await clipboardOf(ann.page));
    await eventually(() => linesOf(bob.page)).toEqual(['Low water at noon']);
    expect(await stateOf(bob.page)).toBe('read-only');
    expect(await bob.page.getAttribute('.ProseMirror', 'contenteditable')).toBe('false');
    await eventually(() => ann.page.getAttribute('#people', 'title')).toContain(', ');
    expect([...ann.faults, ...bob.faults]).toEqual([]);
    await ann.page.context().close();
    await bob.page.context().close();
  });

  test('the holder of an edit link can copy it, but not create links', async () => {
    const { links } = await closed.make();
    const { page, faults } = await visitEditor(browser, links.edit);
    await eventually(() => stateOf(page)).toBe('saved');
    await page.click('#share');
    await page.getByRole('button', { name: 'Copy your link' }).click();
    await eventually(() => clipboardOf(page)).toBe(links.edit);
    expect(await page.innerText('dialog')).toContain('Only owners');
    await page.keyboard.press('Escape');
    await page.click('#menu-button');
    await page.waitForSelector('#menu:popover-open');
    expect(await page.isVisible('[data-command=delete]')).toBe(false);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('replaces a link: only the new address opens the document', async () => {
    const { links } = await closed.make();
    const { page } = await visitEditor(browser, links.own);
    await write(page, 'Low water');
    await openShare(page);
    await page.getByRole('button', { name: 'Reset “Readers”' }).click();
    await page.getByRole('button', { name: 'Reset link' }).click();
    const link = await page.inputValue('.share-links .share-row input');
    expect((await fetch(links.view)).status).toBe(404);
    expect((await fetch(link)).status).toBe(200);
    await page.context().close();
  });
});

describe('[U11] a person whose access ends', () => {
  test('while typing keeps the text, sees why, and saves it as a new document', async () => {
    const { links } = await closed.make();
    const ann = await visitEditor(browser, links.own);
    const bob = await visitToBeMuted(browser, links.edit);
    await write(bob.page, 'We meet at noon.');
    await eventually(() => stateOf(bob.page)).toBe('saved');
    bob.mute();
    await write(bob.page, ' Bring boots.');
    await removeLink(ann.page, 'Editors');
    expect(await noticeOf(bob.page)).toContain('link was revoked');
    expect(await linesOf(bob.page)).toEqual(['We meet at noon. Bring boots.']);
    await bob.page.waitForSelector('.recovery[data-kind=unsaved]');
    expect(await bob.page.innerText('.recovery')).toContain('Bring boots.');
    expect(await bob.page.getAttribute('.ProseMirror', 'contenteditable')).toBe('false');
    expect(await bob.page.isVisible('#share')).toBe(false);
    // Unsent changes stay on the device after a reload.
    await bob.page.reload();
    await bob.page.waitForSelector('.recovery[data-kind=unsaved]');
    expect(await bob.page.innerText('.recovery')).toContain('Bring boots.');
    await bob.page.getByRole('button', { name: 'Save as a new document' }).click();
    await bob.page.waitForURL(/#k=/);
    await eventually(() => bob.page.url().includes(new URL(links.edit).pathname)).toBe(false);
    await eventually(() => linesOf(bob.page)).toEqual(['We meet at noon. Bring boots.']);
    await eventually(() => copiesOf(bob.page)).not.toContain(nameIn(links.edit));
    expect(await linesOf(ann.page)).toEqual(['We meet at noon.']);
    expect([...ann.faults, ...bob.faults]).toEqual([]);
    await ann.page.context().close();
    await bob.page.context().close();
  });

  test('by a deletion keeps the text on the page; the copy on the device is removed', async () => {
    const { links } = await closed.make();
    const ann = await visitEditor(browser, links.own);
    await ann.page.fill('#title', 'Harbour walk');
    await write(ann.page, 'We meet at noon.');
    await eventually(() => stateOf(ann.page)).toBe('saved');
    const bob = await visitEditor(browser, links.edit);
    await eventually(() => linesOf(bob.page)).toEqual(['We meet at noon.']);
    await eventually(() => stateOf(bob.page)).toBe('saved');
    await ann.page.click('#menu-button');
    await ann.page.click('[data-command=delete]');
    await ann.page.getByRole('dialog', { name: 'Delete “Harbour walk”?' }).waitFor();
    await ann.page.getByRole('button', { name: 'Delete for everyone' }).click();
    await ann.page.waitForURL(`${service}/`);
    expect(await ann.page.innerText('main')).not.toContain('Harbour walk');
    expect(await copiesOf(ann.page)).toEqual([]);

    expect(await noticeOf(bob.page)).toContain('deleted');
    expect(await linesOf(bob.page)).toEqual(['We meet at noon.']);
    await bob.page.waitForSelector('.recovery[data-kind=unsaved]');
    await bob.page.getByRole('button', { name: 'Copy text' }).click();
    await eventually(() => clipboardOf(bob.page)).toBe('We meet at noon.');
    await eventually(() => copiesOf(bob.page)).toEqual([]);
    await bob.page.reload();
    expect(await noticeOf(bob.page)).toContain('No document found at this link');
    expect(await bob.page.isVisible('.ProseMirror')).toBe(false);
    expect([...ann.faults, ...bob.faults]).toEqual([]);
    await ann.page.context().close();
    await bob.page.context().close();
  });

  test('because the service has no such document keeps the copy on the device', async () => {
    const { links } = await closed.make();
    const ann = await visitEditor(browser, links.edit);
    await write(ann.page, 'We meet at noon.');
    await eventually(() => stateOf(ann.page)).toBe('saved');
    const copies = await copiesOf(ann.page);
    expect(copies).not.toEqual([]);
    // As with a service started on the wrong folder, where a valid key opens nothing.
    const [address = ''] = links.edit.split('#');
    await ann.page.goto('about:blank');
    await ann.page.goto(`${address}#k=${'x'.repeat(22)}`);
    await ann.page.waitForSelector('.recovery[data-kind=unsaved]');
    expect(await linesOf(ann.page)).toEqual(['We meet at noon.']);
    expect(await copiesOf(ann.page)).toEqual(copies);
    await ann.page.context().close();
  });

  test('can open the complete link, and read with a link to read', async () => {
    const { links, keys } = await closed.make();
    const ann = await visitEditor(browser, links.own);
    await write(ann.page, 'We meet at noon.');
    await eventually(() => stateOf(ann.page)).toBe('saved');
    const [address = ''] = links.edit.split('#');
    const { page, faults } = await visit(browser, address);
    expect(await noticeOf(page)).toContain('complete link');
    // Pasted over the address, only the fragment differs: the page reloads by itself.
    await page.goto(links.edit);
    await eventually(() => linesOf(page)).toEqual(['We meet at noon.']);

    await page.goto('about:blank');
    await page.goto(`${address}#k=${keys.view}`);
    expect(await noticeOf(page)).toContain('can read this document');
    await page.click('#notice a');
    await eventually(() => page.innerText('#document')).toContain('We meet at noon.');
    expect(faults).toEqual([]);
    await ann.page.context().close();
    await page.context().close();
  });

  test('by an expired token is sent back to the site that issued it', async () => {
    const { name } = await closed.make();
    const now = Math.floor(Date.now() / 1000);
    const token = closed.token(name, 'edit', { iat: now - 7200, exp: now - 3600 });
    const { page } = await visit(browser, `${service}/d/${name}#t=${token}`);
    expect(await noticeOf(page)).toContain('where you found the link');
    await page.context().close();
  });
});

describe('[U12] the list of people', () => {
  test('shows the names that a site signed, and marks guests among them', async () => {
    const { name, links } = await closed.make();
    const token = closed.token(name, 'edit', {
      sub: '7',
      name: 'Ann of the harbour',
      color: '#8a3fb0',
    });
    const ann = await visitEditor(browser, `${service}/d/${name}#t=${token}`);
    const bob = await visitEditor(browser, links.edit);
    for (const { page } of [ann, bob]) await page.click('#people');
    await eventually(() => bob.page.innerText('#people-list')).toContain('Ann of the harbour');
    const entries = () => bob.page.locator('#people-list li').allInnerTexts();
    await eventually(async () => (await entries()).length).toBe(2);
    const [self = '', other = ''] = await entries();
    expect(self).toContain('(you, guest)');
    expect(other).not.toContain('guest');
    expect(await ann.page.inputValue('#guest-name')).toBe('Ann of the harbour');
    expect(await ann.page.getAttribute('#guest-name', 'readonly')).not.toBeNull();
    expect(await ann.page.innerText('#people-panel')).toContain(
      'The site you came from sets your name',
    );
    expect(await bob.page.getAttribute('#guest-name', 'readonly')).toBeNull();
    expect([...ann.faults, ...bob.faults]).toEqual([]);
    await ann.page.context().close();
    await bob.page.context().close();
  });
});

describe('[U9] with restricted creation', () => {
  test('the home page explains how to open documents', async () => {
    const other = await ClosedService.start(inject('host'), { EDGEPAD_CREATION: 'token' });
    try {
      const { page, faults } = await visit(browser, other.url);
      expect(await page.innerText('main')).toContain('You need a link');
      expect(await page.isVisible('#create')).toBe(false);
      expect(faults).toEqual([]);
      await page.context().close();
    } finally {
      await other.stop();
    }
  });

  test('a client that creates too many documents is asked to wait', async () => {
    const other = await ClosedService.start(inject('host'));
    try {
      const { page } = await visit(browser, other.url);
      for (let made = 0; made < 40; made++) await fetch(`${other.url}/docs`, { method: 'POST' });
      await page.click('#create');
      await eventually(() => page.innerText('#message')).toMatch(
        /Too many requests\. Try again in/,
      );
      expect(page.url()).toBe(`${other.url}/`);
      await page.context().close();
    } finally {
      await other.stop();
    }
  });
});

function nameIn(link: string): string {
  return new URL(link).pathname.split('/')[2] ?? '';
}
