import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { visit, type Visitor } from './page.ts';

/** A person whose connections drop all outgoing messages from a given moment; incoming ones arrive. */
export interface Muted extends Visitor {
  mute(): void;
}

export async function visitToBeMuted(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Muted> {
  const visitor = await visit(browser, 'about:blank', options);
  const connections: { isMute: boolean }[] = [];
  await visitor.page.routeWebSocket(/\/docs\//, (socket) => {
    const service = socket.connectToServer();
    const connection = { isMute: false };
    connections.push(connection);
    socket.onMessage((message) => {
      if (!connection.isMute) service.send(message);
    });
  });
  await visitor.page.goto(address);
  await visitor.page.waitForSelector('.ProseMirror[contenteditable=true]');
  return { ...visitor, mute: () => connections.forEach((connection) => connection.isMute = true) };
}

/** Returns the heading and text that the page shows instead of the document. */
export async function noticeOf(page: Page): Promise<string> {
  await page.waitForSelector('#notice:not([hidden])');
  return await page.innerText('#notice');
}
