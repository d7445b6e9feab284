import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { faultsOf } from '../../support/browser/browser.ts';
import { ClosedService, type MadeDocument } from '../../support/servers/closed-service.ts';
import { HostSite, openStrictBrowser } from '../../support/servers/host-site.ts';

/** A message of an embed, as an event of its element. */
interface ReceivedMessage {
  readonly type: string;
  readonly height?: number;
  readonly state?: string;
  readonly code?: string;
  readonly mode?: string;
}

/** A service, two sites that embed its documents, and a browser without third-party storage. */
export class EmbedWorld {
  readonly service: ClosedService;
  /** Listed in `EDGEPAD_ORIGINS`. */
  readonly site: HostSite;
  readonly unlistedSite: HostSite;
  readonly #browser: Awaited<ReturnType<typeof openStrictBrowser>>;

  static async start(): Promise<EmbedWorld> {
    const [browser, site, unlistedSite] = await Promise.all([
      openStrictBrowser(),
      HostSite.start(),
      HostSite.start(),
    ]);
    const service = await ClosedService.start('cloudflare', { EDGEPAD_ORIGINS: site.url });
    return new EmbedWorld(browser, service, site, unlistedSite);
  }

  constructor(
    browser: Awaited<ReturnType<typeof openStrictBrowser>>,
    service: ClosedService,
    site: HostSite,
    unlistedSite: HostSite,
  ) {
    this.#browser = browser;
    this.service = service;
    this.site = site;
    this.unlistedSite = unlistedSite;
  }

  get context(): BrowserContext {
    return this.#browser.context;
  }

  /** The one line of HTML that embeds a document. */
  embedTag(name: string, attributes: string): string {
    return `<script async src="${this.service.url}/embed.js" data-doc="${name}" ${attributes}></script>`;
  }

  async open(address: string): Promise<{ page: Page; faults: string[] }> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(15_000);
    const faults = faultsOf(page);
    await page.goto(address);
    return { page, faults };
  }

  /** The document's text, as the service stores it. */
  async textOf(made: MadeDocument): Promise<string> {
    const headers = { 'cache-control': 'no-cache' };
    const response = await this.service.fetch(`/docs/${made.name}.txt`, made.keys.own, { headers });
    return await response.text();
  }

  async closePages(): Promise<void> {
    for (const page of this.context.pages()) await page.close();
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await Promise.all([this.site.stop(), this.unlistedSite.stop(), this.service.stop()]);
  }
}

/** All messages that the embeds of a page have sent. */
export function messagesOf(page: Page): Promise<ReceivedMessage[]> {
  return page.evaluate(() => (window as unknown as { said: ReceivedMessage[] }).said);
}

export async function messageTypes(page: Page): Promise<string[]> {
  return (await messagesOf(page)).map(({ type }) => type);
}

/** The states of all `status` messages. */
export async function statusesOf(page: Page): Promise<string[]> {
  return (await messagesOf(page)).flatMap(({ state }) => state === undefined ? [] : [state]);
}

export function embedFrame(page: Page): FrameLocator {
  return page.frameLocator('iframe');
}

export function iframeHeight(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector('iframe')?.clientHeight ?? 0);
}

export async function typeInEmbed(page: Page, text: string): Promise<void> {
  await embedFrame(page).locator('.ProseMirror[contenteditable=true]').click();
  await page.keyboard.type(text);
}
