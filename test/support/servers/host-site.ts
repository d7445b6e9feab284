import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { openProfile } from '../browser/browser.ts';

/** An embedding site on `localhost`, which for a browser is another site than `127.0.0.1`. */
export class HostSite {
  readonly #server: Server;
  readonly #pages = new Map<string, string>();
  /** The response of `/token`. */
  token: () => string = () => '';

  static async start(): Promise<HostSite> {
    const site = new HostSite();
    site.#server.listen(0, 'localhost');
    await once(site.#server, 'listening');
    return site;
  }

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '/';
      const html = path === '/token' ? this.token() : this.#pages.get(path);
      const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.writeHead(html === undefined ? 404 : 200, {
        'content-type': path === '/token' ? 'text/plain' : `${type}; charset=utf-8`,
      });
      response.end(html);
    });
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds a script at `/NAME.js`. */
  script(name: string, source: string): void {
    this.#pages.set(`/${name}.js`, source);
  }

  /** Adds a page and returns its URL. Events of the elements are recorded in `said`. */
  page(body: string): string {
    const path = `/page-${this.#pages.size}`;
    this.#pages.set(
      path,
      `<!DOCTYPE html><html lang="en"><head><title>Host</title><script>
        window.said = [];
        for (const type of ['ready', 'resize', 'change', 'status', 'saved', 'error', 'statuschange']) {
          addEventListener(type, (event) => {
            if (event.target.localName?.startsWith('edgepad-')) said.push(event.detail ?? { type: event.type });
          }, true);
        }
      </script></head><body>${body}</body></html>`,
    );
    return this.url + path;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A browser that blocks cookies and storage in iframes of other sites. */
export async function openStrictBrowser(): Promise<
  { context: BrowserContext; close(): Promise<void> }
> {
  const folder = mkdtempSync(join(tmpdir(), 'edgepad-profile-'));
  mkdirSync(join(folder, 'Default'));
  const profile = { block_third_party_cookies: true, cookie_controls_mode: 1 };
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile }));
  const context = await openProfile(folder);
  return {
    context,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
