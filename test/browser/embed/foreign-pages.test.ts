import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { ClosedService, type MadeDocument } from '../../support/servers/closed-service.ts';

/** A server of empty pages, as another site. */
class Site {
  readonly #server: Server;

  static async start(): Promise<Site> {
    const server = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html');
      answer.end('<!doctype html><title>Another site</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Site(server);
  }

  constructor(server: Server) {
    this.#server = server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
  }
}

let browser: Browser;
let listed: Site;
let unlisted: Site;
let service: ClosedService;
let made: MadeDocument;

beforeAll(async () => {
  [browser, listed, unlisted] = await Promise.all([openBrowser(), Site.start(), Site.start()]);
  service = await ClosedService.start(inject('host'), { EDGEPAD_ORIGINS: listed.origin });
  made = await service.make();
});
afterAll(async () => {
  await Promise.all([browser?.close(), service?.stop()]);
  listed?.stop();
  unlisted?.stop();
});

interface Attempt {
  readonly socket: string;
  readonly fetched: string;
  readonly posted: string;
}

/** What a page can do with a valid key. */
async function attempt(page: Page): Promise<Attempt> {
  return await page.evaluate(async ({ url, name, key }) => {
    const socket = await new Promise<string>((resolve) => {
      const protocols = ['edgepad.v1', `edgepad.auth.${key}`];
      const opening = new WebSocket(`${url.replace('http', 'ws')}/docs/${name}`, protocols);
      // A socket that is refused opens as well, to be closed with a reason.
      opening.onopen = () => opening.send('ping');
      opening.onmessage = () => {
        resolve(`open, speaks ${opening.protocol}`);
        opening.close();
      };
      opening.onclose = ({ code }) => resolve(`closed with ${code}`);
    });
    const outcome = (response: Promise<Response>) =>
      response.then(({ status }) => String(status), () => 'refused by the browser');
    const headers = { authorization: `Bearer ${key}` };
    const fetched = await outcome(fetch(`${url}/docs/${name}.md`, { headers }));
    const posted = await outcome(
      fetch(`${url}/docs/${name}/sync`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/octet-stream',
          'edgepad-session': '0123456789abcdef',
        },
      }),
    );
    return { socket, fetched, posted };
  }, { url: service.url, name: made.name, key: made.keys.edit });
}

/** Whether an iframe in a page shows a page of the service. */
async function isShown(page: Page, path: string): Promise<boolean> {
  const blocked = page.waitForEvent('console', {
    predicate: (message) => /frame-ancestors/.test(message.text()),
    timeout: 10_000,
  }).then(() => false, () => false);
  await page.evaluate((source) => {
    const frame = document.createElement('iframe');
    frame.src = source;
    document.body.replaceChildren(frame);
  }, service.url + path);
  const shown = (async () => {
    const frame = await page.waitForSelector('iframe').then((element) => element.contentFrame());
    // The page of a blocked iframe has no `main`.
    await frame?.waitForSelector('main', { timeout: 10_000, state: 'attached' });
    return true;
  })().catch(() => false);
  return await Promise.race([blocked, shown]);
}

async function visit(site: Site): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.origin);
  return page;
}

describe('pages of other sites', () => {
  it('[S5] a site that is not listed gets nothing, even with a key', async () => {
    const page = await visit(unlisted);
    expect(await attempt(page)).toEqual({
      socket: 'closed with 4403',
      fetched: 'refused by the browser',
      posted: 'refused by the browser',
    });
    const { name, keys } = made;
    expect(await isShown(page, `/embed/${name}?mode=view&key=${keys.view}`)).toBe(false);
    expect(await isShown(page, `/embed/${name}`)).toBe(false);
    await page.context().close();
  });

  it('[S5] a listed site can connect, fetch, and show embeds', async () => {
    const page = await visit(listed);
    expect(await attempt(page)).toEqual({
      socket: 'open, speaks edgepad.v1',
      fetched: '200',
      posted: '200',
    });
    const { name, keys } = made;
    expect(await isShown(page, `/embed/${name}?mode=view&key=${keys.view}`)).toBe(true);
    expect(await isShown(page, `/embed/${name}`)).toBe(true);
    // No iframe shows the other pages.
    expect(await isShown(page, `/v/${name}?key=${keys.view}`)).toBe(false);
    expect(await isShown(page, `/d/${name}`)).toBe(false);
    await page.context().close();
  });

  it('[S5] an opaque or similar origin is not listed', async () => {
    const { name, keys } = made;
    const { port } = new URL(listed.origin);
    for (
      const origin of [
        'null',
        `http://127.0.0.1:${port}.evil.example`,
        `http://evil.example:${port}`,
        `https://127.0.0.1:${port}`,
        `${listed.origin}/`,
        `HTTP://127.0.0.1:${port} `,
      ]
    ) {
      const answer = await service.fetch(`/docs/${name}/sync`, keys.edit, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/octet-stream' },
      });
      expect(answer.status, origin).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it('[S5] rejects a token that is bound to another site, even from a listed one', async () => {
    const bound = service.token(made.name, 'edit', { origin: 'https://elsewhere.example' });
    const headers = { origin: listed.origin };
    expect((await service.fetch(`/docs/${made.name}.md`, bound, { headers })).status).toBe(403);
    const right = service.token(made.name, 'edit', { origin: listed.origin });
    expect((await service.fetch(`/docs/${made.name}.md`, right, { headers })).status).toBe(200);
  });
});
