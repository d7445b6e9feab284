import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openEditorPage } from '../../browser/editor/editor-page.ts';
import { openBrowser } from './browser.ts';

export interface EditorPages {
  readonly browser: Browser;
  /** Of the test that runs just now. */
  readonly page: Page;
  /** What it has complained of so far. */
  readonly faults: string[];
}

/**
 * A browser for the tests of a file, and for each a page of its own with the editor alone; at its end
 * the page must have complained of nothing.
 */
export function eachEditorPage(): EditorPages {
  let browser: Browser | undefined;
  let opened: Awaited<ReturnType<typeof openEditorPage>> | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    if (browser) opened = await openEditorPage(browser);
  });
  afterEach(async () => {
    await opened?.page.context().close();
    expect(opened?.faults).toEqual([]);
  });
  return {
    get browser() {
      if (!browser) throw new Error('Cannot use browser: it opens before the first test');
      return browser;
    },
    get page() {
      if (!opened) throw new Error('Cannot use page: it opens before each test');
      return opened.page;
    },
    get faults() {
      return opened?.faults ?? [];
    },
  };
}
