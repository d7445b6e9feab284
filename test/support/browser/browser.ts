import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../scripts/find-chromium.mjs';
import { until } from '../y-client.ts';

/** Starts a real Chromium. Each person gets a separate context, with its own storage. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch(settings());
}

/** Starts a Chromium with a profile on disk, which another one can open later. */
export async function openProfile(folder: string): Promise<BrowserContext> {
  return await chromium.launchPersistentContext(folder, settings());
}

/**
 * Chromium opens invisible pages for its address bar with each window, which take more than half of
 * the time to open one of our pages.
 */
const barsOfChromium = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];
/** The features that Playwright disables; Chromium reads only the last such switch. */
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

/** Collects the errors of a page: exceptions and violations of its Content-Security-Policy. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Some tests refuse connections on purpose.
    if (/Failed to load resource|WebSocket connection/.test(message.text())) return;
    // Tests that intercept the socket: the page sent a message to a socket that had just closed.
    if (message.text().includes('already in CLOSING or CLOSED')) return;
    faults.push(message.text());
  });
  return faults;
}

/** Opens a document as a named person in a separate browser context. */
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

/** Returns the lines of text in the editor. */
export function linesOf(page: Page): Promise<string[]> {
  return page.$$eval('.ProseMirror > *', (lines) =>
    lines.map((line) => {
      const copy = line.cloneNode(true) as HTMLElement;
      // Remote carets are elements inside the line.
      for (const caret of copy.querySelectorAll('[aria-hidden="true"], .remote-caret')) {
        caret.remove();
      }
      return (copy.textContent ?? '').replace(/[\u2060\ufeff\u200b]/g, '');
    }));
}

/** Resolves when the page and its assets are cached for offline use. */
export async function keptForLater(page: Page): Promise<void> {
  // waitForFunction treats a promise as true.
  await until(() =>
    page.evaluate(async () => {
      const assets = await (await caches.open('edgepad-assets')).keys();
      return await caches.match('/d/') !== undefined && assets.length > 10;
    })
  );
}
