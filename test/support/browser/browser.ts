import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../scripts/find-chromium.mjs';
import { until } from '../y-client.ts';

/** A real Chromium. Each person gets a context of their own: another storage, another profile. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch(settings());
}

/** A Chromium of its own over a profile on disk, which another can open after this one is gone. */
export async function openProfile(folder: string): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(folder, settings());
}

/**
 * Chromium's own windows begin with a page of its own for its address bar, and another: they cost
 * more than half of what it takes to open one of ours, and nobody sees them.
 */
const barsOfChromium = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];
/** What Playwright turns off; of several such switches only the last counts. */
const offInPlaywright = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

function settings(): { executablePath: string; args: string[] } {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error(
      'Cannot find Chromium: run "npm test", which installs one, or set CHROMIUM_PATH',
    );
  }
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${[...offInPlaywright, ...barsOfChromium]}`,
    ],
  };
}

/** What went wrong on a page: exceptions, and what its Content-Security-Policy forbade. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // A connection that is refused is what some of these tests are about.
    if (/Failed to load resource|WebSocket connection/.test(message.text())) return;
    // Where tests stand between page and service: what the page sent to one that had just closed.
    if (message.text().includes('already in CLOSING or CLOSED')) return;
    faults.push(message.text());
  });
  return faults;
}

/** Somebody with a name opens a document, in a browser of their own. */
export async function openDocument(
  browser: Browser,
  address: string,
  name: string,
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
  const page = await context.newPage();
  const faults = faultsOf(page);
  await page.goto(address);
  await page.waitForSelector('#paper:not([aria-busy])');
  await page.click('#people');
  await page.fill('#guest-name', name);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  return { page, faults };
}

/** The text in the editor, line by line. */
export function linesOf(page: Page): Promise<string[]> {
  return page.$$eval('.ProseMirror > *', (lines) =>
    lines.map((line) => {
      const copy = line.cloneNode(true) as HTMLElement;
      // Carets of others are drawn into the line.
      for (const caret of copy.querySelectorAll('[aria-hidden="true"], .remote-caret')) {
        caret.remove();
      }
      return (copy.textContent ?? '').replace(/[\u2060\ufeff\u200b]/g, '');
    }));
}

/** Resolves once the page and its files are kept for opening without a network. */
export async function keptForLater(page: Page): Promise<void> {
  // Not by waitForFunction, which takes a promise for a yes.
  await until(() =>
    page.evaluate(async () => {
      const assets = await (await caches.open('edgepad-assets')).keys();
      return await caches.match('/d/') !== undefined && assets.length > 10;
    })
  );
}
