import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import type * as Yjs from 'yjs';
import type {
  LoadedCopy,
  OfflineCopy,
  OfflineCopyState,
} from '../../../web/provider/offline/offline-copy.ts';

/** The origin of a page with only Yjs and the offline copy, without provider and editor. */
export const copyOrigin = 'http://localhost:1';

/** The global variables of the page. */
declare global {
  var Y: typeof Yjs;
  var openOfflineCopy: (name: string, doc: Yjs.Doc) => OfflineCopy;
  var closedTabClients: (own: number, clients: readonly number[]) => Promise<readonly number[]>;
  var doc: Yjs.Doc;
  var copy: OfflineCopy;
}

const source = `
  import * as Y from 'yjs';
  import { openOfflineCopy } from './web/provider/offline/offline-copy.ts';
  import { closedTabClients } from './web/provider/recovery/closed-tab-clients.ts';
  Object.assign(globalThis, { Y, openOfflineCopy, closedTabClients });
`;

/** Serves {@link copyOrigin} in this context without a server. */
export async function serveCopyPage(context: BrowserContext): Promise<void> {
  const { outputFiles: [script] } = await build({
    stdin: { contents: source, resolveDir: '.', loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  await context.route(
    `${copyOrigin}/**`,
    (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: script?.text ?? '' })
        : route.fulfill({
          contentType: 'text/html',
          body: '<!DOCTYPE html><script type="module" src="/copy.js"></script>',
        }),
  );
}

/** A tab with one document and its offline copy. */
export class CopyTab {
  readonly page: Page;
  readonly loaded: LoadedCopy;

  private constructor(page: Page, loaded: LoadedCopy) {
    this.page = page;
    this.loaded = loaded;
  }

  static async open(context: BrowserContext, name: string): Promise<CopyTab> {
    const page = await context.newPage();
    await page.goto(`${copyOrigin}/`);
    return await CopyTab.openIn(page, name);
  }

  static async openIn(page: Page, name: string): Promise<CopyTab> {
    const loaded = await page.evaluate((name) => {
      globalThis.doc = new Y.Doc();
      globalThis.copy = openOfflineCopy(name, doc);
      return copy.loaded;
    }, name);
    return new CopyTab(page, loaded);
  }

  /** Types at the end, one update per character. */
  type(text: string): Promise<void> {
    return this.page.evaluate((text) => {
      const shared = doc.getText('t');
      for (const character of text) shared.insert(shared.length, character);
    }, text);
  }

  text(): Promise<string> {
    return this.page.evaluate(() => doc.getText('t').toString());
  }

  state(): Promise<OfflineCopyState> {
    return this.page.evaluate(() => copy.state);
  }

  async flushed(): Promise<OfflineCopyState> {
    return await this.page.evaluate(async () => {
      await copy.flush();
      return copy.state;
    });
  }

  note(epoch: string, version: number, isDirty: boolean): Promise<void> {
    return this.page.evaluate((point) => copy.storeResumePoint(point), { epoch, version, isDirty });
  }

  delete(): Promise<boolean> {
    return this.page.evaluate(() => copy.delete());
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** Returns the number of rows in the database for all documents, without the module under test. */
  rows(): Promise<number> {
    return this.page.evaluate(() =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('edgepad');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const count = opening.result.transaction('updates').objectStore('updates').count();
          count.onsuccess = () => {
            opening.result.close();
            resolve(count.result);
          };
        };
      })
    );
  }
}
