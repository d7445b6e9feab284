// npm run screenshots [-- --to FOLDER]: takes the pictures of docs/screenshots from the real service in
// a real browser, while simulated people write.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { findChromium } from './find-chromium.mjs';
import { importTs } from './import-ts.mjs';

const to = process.argv.indexOf('--to');
const out = to < 0 ? join(import.meta.dirname, '../docs/screenshots') : process.argv[to + 1];

const desktop = { viewport: { width: 1280, height: 760 }, deviceScaleFactor: 1.5 };
const phone = {
  viewport: { width: 375, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};

const saved = (page) => page.waitForSelector('#status[data-state=saved]', { state: 'attached' });

/** Takes a picture after the name tags at carets have faded and the pointer has left. */
async function shoot(page, name) {
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(out, `${name}.png`), caret: 'initial' });
}

async function visit(browser, address, options = desktop) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(address);
  return page;
}

async function open(browser, address, name, options = desktop) {
  const page = await visit(browser, address, options);
  await page.waitForSelector('.ProseMirror[contenteditable]');
  await page.click('#people');
  await page.fill('#guest-name', name);
  await page.keyboard.press('Escape');
  return page;
}

/** Two people edit one plan; the pictures show Ann's view. */
async function twoPeople(browser, address) {
  const ann = await open(browser, address, 'Ann');
  await ann.fill('#title', 'Saturday: the harbour walk');
  await ann.click('.ProseMirror');
  await ann.keyboard.type('## What we need\n[] Two thermos flasks\nThe tide table\nBoots\n\n');
  await ann.keyboard.type('## The way there\nWe meet at the **old lighthouse** at nine. ');
  const bob = await open(browser, address, 'Bob');
  await bob.click('.ProseMirror > :last-child');
  await bob.keyboard.press('Control+End');
  await bob.keyboard.type('The ferry leaves at ten past, so please be early.\n');
  await bob.keyboard.type('> Low water is at 11:40. Mind the last steps.\n\n');
  await bob.keyboard.type('## The way back\nBy bus, or by the last ferry at six.');
  await ann.click('.ProseMirror input[type=checkbox] >> nth=0');
  await ann.click('text=old lighthouse');
  await Promise.all([saved(ann), saved(bob)]);
  await ann.waitForSelector('#outline .outline-list li:nth-child(3)');
  await bob.keyboard.type(' ');
  await bob.keyboard.press('Backspace');
  await shoot(ann, 'two-people');
  return { ann, bob };
}

/** A document on a service that requires links: shared, revoked for Bob, deleted. */
async function byLinks(browser) {
  const settings = { EDGEPAD_OPEN: 'off', EDGEPAD_CREATION: 'anyone' };
  const closed = await startDevServer({ settings });
  try {
    const made = await (await fetch(`${closed.url}/docs`, { method: 'POST' })).json();
    const ann = await open(browser, made.links.own, 'Ann');
    await ann.fill('#title', 'Saturday: the harbour walk');
    await ann.click('.ProseMirror');
    await ann.keyboard.type('We meet at the **old lighthouse** at nine.');
    await saved(ann);
    const bob = await visit(browser, 'about:blank');
    let isMute = false;
    await bob.routeWebSocket(/\/docs\//, (socket) => {
      const service = socket.connectToServer();
      socket.onMessage((message) => isMute || service.send(message));
    });
    await bob.goto(made.links.edit);
    await bob.waitForSelector('.ProseMirror[contenteditable=true]');
    await saved(bob);
    const dora = await open(browser, made.links.edit, 'Dora', { ...phone, colorScheme: 'dark' });
    await saved(dora);

    await share(ann, 'The harbour office', 'view');
    await share(ann, 'Bob and the crew', 'edit');
    await shoot(ann, 'share');
    isMute = true;
    await bob.click('.ProseMirror');
    await bob.keyboard.press('Control+End');
    await bob.keyboard.type(' Please bring boots.');
    await ann.click('[aria-label="Revoke “Editors”"]');
    await ann.waitForSelector('.confirm');
    await shoot(ann, 'remove-link');
    await ann.click('.confirm .button-danger');
    await bob.waitForSelector('.recovery[data-kind=unsaved]');
    await bob.waitForSelector('#notice:not([hidden])');
    await shoot(bob, 'removed');

    const cid = await visit(browser, made.links.own, { ...phone, colorScheme: 'dark' });
    await saved(cid);
    await cid.tap('#share');
    await cid.waitForSelector('.share-links li');
    await shoot(cid, 'phone-share-dark');
    await ann.keyboard.press('Escape');
    await ann.click('#menu-button');
    await ann.click('[data-command=delete]');
    await ann.click('.confirm .button-danger');
    await ann.waitForURL(`${closed.url}/`);
    await cid.waitForSelector('.recovery[data-kind=unsaved]');
    await cid.keyboard.press('Escape');
    await shoot(cid, 'phone-deleted-dark');
  } finally {
    await closed.stop();
  }
}

/** Creates a link and keeps the dialog open. */
async function share(page, label, purpose) {
  if (!await page.isVisible('dialog.share')) await page.click('#share');
  await page.waitForSelector('.share-links li');
  await page.check(`[name=share-purpose][value=${purpose}]`);
  await page.fill('.share-new input[type=text]', label);
  await page.click('.share-new .button-primary');
  await page.waitForSelector(`[aria-label="Revoke “${label}”"]`);
}

await mkdir(out, { recursive: true });
const { startDevServer } = await importTs('test/support/servers/dev-server.ts');
const server = await startDevServer();
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  const address = `${server.url}/d/harbour-walk`;
  const { ann, bob } = await twoPeople(browser, address);

  await shoot(await visit(browser, `${server.url}/v/harbour-walk`), 'reader');
  await shoot(await visit(browser, `${server.url}/nothing/here`), 'message');
  await shoot(await visit(browser, server.url), 'home-empty');

  await ann.keyboard.press('Control+h');
  await ann.waitForSelector('.find-bar:not([hidden])');
  await ann.keyboard.type('ferry');
  await ann.fill('[aria-label="Replace with"]', 'boat');
  await shoot(ann, 'find-and-replace');
  await ann.keyboard.press('Escape');

  await ann.click('#menu-button');
  await ann.click('#theme [value=dark]');
  await shoot(ann, 'menu-dark');
  await ann.click('[data-command=shortcuts]');
  await ann.waitForSelector('dialog[open]');
  await shoot(ann, 'shortcuts-dark');
  await ann.keyboard.press('Escape');
  await ann.goto(server.url);
  await shoot(ann, 'home-dark');

  const cid = await open(browser, address, 'Cid', phone);
  await cid.evaluate(() => globalThis.document.activeElement.blur());
  await shoot(cid, 'phone');
  const dora = await open(browser, address, 'Dora', { ...phone, colorScheme: 'dark' });
  await dora.evaluate(() => globalThis.document.activeElement.blur());
  await dora.tap('#people');
  await shoot(dora, 'phone-people-dark');

  await byLinks(browser);

  await server.kill();
  await bob.waitForSelector('#status[data-state=offline]', { state: 'attached' });
  await bob.keyboard.type(' Offline, and still writing.');
  await shoot(bob, 'offline');
} finally {
  await browser.close();
  await server.stop();
}
process.exit(0);
