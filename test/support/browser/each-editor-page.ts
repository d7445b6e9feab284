import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openEditorPage } from '../../browser/editor/editor-page.ts';
import { openBrowser } from './browser.ts';

export interface EditorPages {
  readonly browser: Browser;
  /** The page of the current test. */
  readonly page: Page;
  /** The errors of the page so far. */
  readonly faults: string[];
}

/**
 * Starts a browser for the tests of a file and opens a page with only the editor for each test. Fails the
 * test if the page reports an error.
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
      if (!browser) throw new Error('Cannot use the browser before the first test');
      return browser;
    },
    get page() {
      if (!opened) throw new Error('Cannot use the page outside a test');
      return opened.page;
    },
    get faults() {
      return opened?.faults ?? [];
    },
  };
}
