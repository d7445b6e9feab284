import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faultsOf } from './browser.ts';

/** `expect.poll` with a long timeout, for a service on a busy machine. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 20_000 });
}

/** A person with an open page, and the errors of that page. */
export interface Visitor {
  readonly page: Page;
  readonly faults: string[];
  /** Disconnects the page and rejects its attempts to reconnect, as a lost network does. */
  loseConnection(): Promise<void>;
  /** Allows connections again. */
  giveConnectionBack(): Promise<void>;
}

/** Opens a page in a separate browser context, with a WebSocket that a test can cut. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    viewport: { width: 1100, height: 760 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = faultsOf(page);
  const open = new Set<{ close(options?: { code?: number }): Promise<void> }>();
  let isCut = false;
  await page.routeWebSocket(/\/docs\//, (socket) => {
    if (isCut) {
      void socket.close({ code: 1001 });
      return;
    }
    socket.connectToServer();
    open.add(socket);
  });
  await page.goto(address);
  return {
    page,
    faults,
    async loseConnection() {
      isCut = true;
      // The provider also has a transport over HTTP.
      await context.setOffline(true);
      for (const socket of open) await socket.close({ code: 1001 });
      open.clear();
    },
    async giveConnectionBack() {
      isCut = false;
      await context.setOffline(false);
    },
  };
}

/** The same for a page with an editor, once it is editable. */
export async function visitEditor(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, address, options);
  await visitor.page.waitForSelector('.ProseMirror[contenteditable=true]');
  return visitor;
}
