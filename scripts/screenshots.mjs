// Makes the pictures in docs/screenshots, from the real service in a real browser: `npm run
// screenshots`. Two people write; each picture is what a person would see.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { findChromium } from './find-chromium.mjs';
import { importTs } from './import-ts.mjs';

const out = join(import.meta.dirname, '../docs/screenshots');

async function open(browser, address, name, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 720 },
    deviceScaleFactor: 2,
    ...options,
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForSelector('#paper:not([aria-busy])');
  await page.click('#people');
  await page.fill('#guest-name', name);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  return page;
}

const saved = (page) => page.waitForSelector('#status[data-state=saved]', { state: 'attached' });

await mkdir(out, { recursive: true });
const { startDevServer } = await importTs('test/support/dev-server.ts');
const server = await startDevServer();
const browser = await chromium.launch({
  executablePath: findChromium() ?? undefined,
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  const address = `${server.url}/d/harbour-walk`;
  const ann = await open(browser, address, 'Ann');
  await ann.fill('#title', 'Saturday: the harbour walk');
  await ann.click('.ProseMirror');
  await ann.keyboard.type('## What we need\n[] Two thermos flasks\nThe tide table\nBoots\n\n');
  await ann.keyboard.type('We meet at the **old lighthouse** at nine. ');
  const bob = await open(browser, address, 'Bob');
  await bob.click('.ProseMirror > :last-child');
  await bob.keyboard.press('Control+End');
  await bob.keyboard.type('The ferry leaves at ten past, so please be early.\n');
  await bob.keyboard.type('> Low water is at 11:40. Mind the last steps.');
  await ann.click('.ProseMirror input[type=checkbox] >> nth=0');
  await ann.click('text=old lighthouse');
  await Promise.all([saved(ann), saved(bob)]);
  await bob.keyboard.type(' ');
  await bob.keyboard.press('Backspace');
  await ann.waitForTimeout(300);
  await ann.screenshot({ path: join(out, 'two-people.png') });

  const reader = await browser.newPage({
    viewport: { width: 1100, height: 720 },
    deviceScaleFactor: 2,
  });
  await reader.goto(`${server.url}/v/harbour-walk`);
  await reader.waitForTimeout(500);
  await reader.screenshot({ path: join(out, 'reader.png') });

  const phone = await open(browser, address, 'Cid', {
    viewport: { width: 375, height: 740 },
    colorScheme: 'dark',
    hasTouch: true,
    isMobile: true,
  });
  await phone.evaluate(() => globalThis.document.activeElement.blur());
  await phone.waitForTimeout(2500);
  await phone.screenshot({ path: join(out, 'phone-dark.png') });

  await ann.goto(server.url);
  await ann.screenshot({ path: join(out, 'home.png') });

  await server.kill();
  await bob.waitForSelector('#status[data-state=offline]', { state: 'attached' });
  await bob.keyboard.type(' Offline, and still writing.');
  await bob.waitForTimeout(300);
  await bob.screenshot({ path: join(out, 'offline.png') });
} finally {
  await browser.close();
  await server.stop();
}
process.exit(0);
