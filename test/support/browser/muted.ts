import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { visit, type Visitor } from './page.ts';

/** Somebody whose connections carry no words of theirs from a moment on; those of others still arrive. */
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

/** What the page says in place of the text: heading and words. */
export async function noticeOf(page: Page): Promise<string> {
  await page.waitForSelector('#notice:not([hidden])');
  return await page.innerText('#notice');
}
