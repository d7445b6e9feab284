import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faultsOf } from './browser.ts';

/** `expect.poll` with patience: these wait for a service, on a machine that does other things. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 20_000 });
}

/** Somebody in front of a page, and what the page complained of. */
export interface Visitor {
  readonly page: Page;
  readonly faults: string[];
  /** Takes the connection away, as a lost network does; the page may try again in vain. */
  loseConnection(): Promise<void>;
  /** Lets it connect again. */
  giveConnectionBack(): Promise<void>;
}

/** Opens a page in a browser profile of its own, with a WebSocket that can be cut. */
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
      // Beside the socket there are other ways, over HTTP.
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

/** The same with an editor, once it can be written in. */
export async function visitEditor(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, address, options);
  await visitor.page.waitForSelector('.ProseMirror[contenteditable=true]');
  return visitor;
}
