/**
 * `npm run bench -- editor`: cost of a document of 100 pages (about 50,000 words) in the editor, with
 * the real service, page and Chromium. Reports medians of main-thread time as the browser counts it,
 * painting included. Compare only runs on the same machine.
 */
import type { CDPSession, Page } from 'playwright-core';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { contentOf } from '../protocol/schema.ts';
import { openBrowser } from '../test/support/browser/browser.ts';
import { startDevServer } from '../test/support/servers/dev-server.ts';

const rounds = Number(process.env.ROUNDS ?? 40);
/** Time for the browser to paint and for the provider to send, in milliseconds. */
const pause = 150;

const vocabulary =
  'the harbour fills twice a day and never at the same hour so whoever walks out to ' +
  'the old lighthouse takes a tide table boots rope and a torch that has been tried before';

/** Lines of every kind: headings, lists, quotes, bold words, links, code. */
function writeDocument(content: Y.XmlFragment): number {
  const words = vocabulary.split(' ');
  let count = 0;
  let at = 0;
  const sentence = (length: number) => {
    count += length;
    return Array.from({ length }, () => words[(at += 7) % words.length]).join(' ') + '. ';
  };
  const lines: Y.XmlElement[] = [];
  const line = (kind: string | null, text: string, indent = 0, name = 'paragraph') => {
    const element = new Y.XmlElement(name);
    if (kind !== null) element.setAttribute('kind', kind);
    if (indent > 0) element.setAttribute('indent', indent as unknown as string);
    const inline = new Y.XmlText();
    inline.insert(0, text);
    element.insert(0, [inline]);
    lines.push(element);
    return inline;
  };
  for (let page = 0; page < 100; page++) {
    line(page % 10 === 0 ? 'h1' : 'h2', sentence(5));
    for (let i = 0; i < 5; i++) {
      const text = line(null, Array.from({ length: 6 }, () => sentence(12)).join(''));
      text.format(10, 14, { bold: {} });
      text.format(60, 20, { italic: {} });
      text.format(120, 12, { link: { href: 'https://example.com/tides' } });
    }
    for (let i = 0; i < 4; i++) line('bullet', sentence(11), i % 2);
    for (let i = 0; i < 2; i++) line(page % 2 === 0 ? 'ordered' : 'task', sentence(10));
    if (page % 3 === 0) line('quote', sentence(20));
    if (page % 9 === 0) line(null, `${sentence(6)}\n${sentence(6)}`, 0, 'codeBlock');
  }
  content.insert(0, lines);
  return count;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Returns the main-thread time since the page started, in milliseconds. */
async function worked(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

async function measure(
  name: string,
  session: CDPSession,
  act: (round: number) => Promise<unknown> | void,
  goal = '',
): Promise<void> {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await worked(session);
    await act(round);
    await sleep(pause);
    costs.push(await worked(session) - before);
  }
  const sorted = costs.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? NaN;
  console.log(
    `${name.padEnd(34)}${median(costs).toFixed(1).padStart(9)}${
      high.toFixed(1).padStart(9)
    }  ${goal}`,
  );
}

/** Records the time at which the editor is first painted and editable. */
function watchOpening(): void {
  const observer = new MutationObserver(() => {
    const editor = document.querySelector('.ProseMirror[contenteditable="true"]');
    if (!editor || editor.childElementCount < 100) return;
    observer.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => Reflect.set(globalThis, 'opened', performance.now()))
    );
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}

async function openingOf(page: Page, address: string): Promise<number> {
  await page.goto(address);
  await page.waitForFunction(() => Reflect.has(globalThis, 'opened'));
  return page.evaluate(() => Number(Reflect.get(globalThis, 'opened')));
}

const server = await startDevServer();
const browser = await openBrowser();
try {
  const doc = new Y.Doc();
  const name = `bench-${Date.now().toString(36)}`;
  const words = writeDocument(contentOf(doc));
  const size = Y.encodeStateAsUpdate(doc).length;
  const provider = new WebsocketProvider(`${server.url.replace('http', 'ws')}/docs`, name, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  await new Promise((resolve) => provider.once('sync', resolve));
  console.log(
    `${words} words in ${contentOf(doc).length} lines, ${(size / 1024).toFixed(0)} KB of Yjs\n`,
  );

  const address = `${server.url}/d/${name}`;
  const openings: number[] = [];
  for (let round = 0; round < 5; round++) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
    const page = await context.newPage();
    await page.addInitScript(watchOpening);
    openings.push(await openingOf(page, address));
    await context.close();
  }
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
  const page = await context.newPage();
  await page.addInitScript(watchOpening);
  await openingOf(page, address);
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await sleep(1500);

  console.log(`${''.padEnd(34)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}`);
  console.log(
    `${'opening, to the first editable'.padEnd(34)}${median(openings).toFixed(0).padStart(9)}` +
      `${Math.max(...openings).toFixed(0).padStart(9)}  goal 1500`,
  );
  await measure('nothing at all', session, () => {});
  const middle = page.locator('.ProseMirror > p').nth(250);
  await middle.scrollIntoViewIfNeeded();
  await middle.click();
  await page.keyboard.press('End');
  await sleep(500);
  await measure('a key', session, () => page.keyboard.press('x'), 'goal 30');
  await measure('an arrow key', session, () => page.keyboard.press('ArrowLeft'));
  await measure('Enter', session, () => page.keyboard.press('Enter'));
  const toBullet = (round: number) => page.keyboard.press(`Control+Shift+${7 + round % 2}`);
  await measure('another kind of list', session, toBullet);
  await page.keyboard.press('Control+Alt+0');
  const above = (contentOf(doc).get(20) as Y.XmlElement).get(0) as Y.XmlText;
  await measure('one remote character', session, () => above.insert(0, 'y'), 'goal 25');
  await measure('undo', session, () => page.keyboard.press('Control+z'));
  provider.destroy();
  // The timer of its awareness would keep this process alive.
  doc.destroy();
  await context.close();
} finally {
  await browser.close();
  await server.stop();
}
