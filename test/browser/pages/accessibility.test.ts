import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { linesOf, openBrowser } from '../../support/browser/browser.ts';
import { eventually, visit, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** The violations that axe finds on the page as shown, with all its rules: rule and element. */
async function violations(page: Page): Promise<string[]> {
  // Checks after fades have ended.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))
  );
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
      };
    };
    const result = await axe.run();
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target.join(' ')}`)
    );
  });
}

/** A document with a line of every kind. */
async function write(page: Page): Promise<void> {
  await page.fill('#title', 'Harbour walk');
  await page.keyboard.press('Enter');
  await page.keyboard.type('# Plan\n## Way\nWe meet at **nine** and walk. ');
  await page.keyboard.type('\n- one\ntwo\n\n1. first\n\n[x] done\n\n> said\n\n```code');
  await page.keyboard.press('Control+Enter');
  await eventually(() => page.getAttribute('#status', 'data-state')).toBe('saved');
}

const looks = ['light', 'dark'] as const;

describe.each(looks)('[U2] axe finds no violations, %s', (colorScheme) => {
  test('on the home page, empty and with documents', async () => {
    const { page, faults } = await visit(browser, service, { colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.goto(`${service}/d/${freshName()}`);
    await page.waitForSelector('.ProseMirror[contenteditable=true]');
    // A document that was not written in is not listed.
    await page.click('.ProseMirror');
    await page.keyboard.type('Low water');
    await page.waitForSelector('#status[data-state=saved]');
    await page.goto(service);
    await page.waitForSelector('#documents li');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('on the not-found page', async () => {
    const { page } = await visit(browser, `${service}/no-such-page`, { colorScheme });
    expect(await page.locator('h1').innerText()).toBe('Not found');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test('on the document page with its panels and dialogs, and on the read-only page', async () => {
    const name = freshName();
    const viewport = { width: 1280, height: 800 };
    const ann = await visitEditor(browser, `${service}/d/${name}`, { colorScheme, viewport });
    const { page, faults } = ann;
    expect(await violations(page)).toEqual([]);
    await write(page);
    const bob = await visitEditor(browser, `${service}/d/${name}`, { colorScheme });
    await bob.page.click('.ProseMirror h1');
    await page.waitForSelector('#outline .outline-list');
    await page.waitForSelector('.remote-caret', { state: 'attached' });
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press('Control+h');
    await page.waitForSelector('.find-bar:not([hidden])');
    await page.keyboard.type('walk');
    await page.waitForSelector('.search-match');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    for (const panel of ['#people', '#menu-button']) {
      await page.click(panel);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    for (const command of ['shortcuts', 'word-count', 'outline', 'delete']) {
      await page.setViewportSize(command === 'outline' ? { width: 900, height: 700 } : viewport);
      await page.click('#menu-button');
      await page.click(`[data-command=${command}]`);
      await page.waitForSelector('dialog[open]');
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.click('#share');
    await page.waitForSelector('dialog[open]');
    await page.click('.share-sites summary');
    await page.waitForSelector('.share-sites textarea:not([readonly])');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await ann.loseConnection();
    await eventually(() => page.getAttribute('#status', 'data-state')).toBe('offline');
    expect(await violations(page)).toEqual([]);

    await ann.giveConnectionBack();
    await page.goto(`${service}/v/${name}`);
    expect(await violations(page)).toEqual([]);
    expect([...faults, ...bob.faults]).toEqual([]);
    await page.context().close();
    await bob.page.context().close();
  });
});

describe('with the keyboard alone', () => {
  test('[U1] a person can write, format, share and leave', async () => {
    const { page, faults } = await visit(browser, service);
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element?.id || element?.getAttribute('aria-label') || element?.className;
      });
    const tabTo = async (wanted: string, key = 'Tab') => {
      for (let presses = 0; await focused() !== wanted; presses++) {
        if (presses > 60) {
          throw new Error(`Cannot reach ${wanted}: the focus is at ${await focused()}`);
        }
        await page.keyboard.press(key);
      }
    };
    await tabTo('create');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.ProseMirror-focused[contenteditable=true]');
    await page.keyboard.type('Low water at ');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('noon');
    await page.keyboard.press('Alt+F10');
    await page.keyboard.press('End');
    await tabTo('Quote', 'ArrowLeft');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('Document text');
    expect(await page.innerText('.ProseMirror blockquote strong')).toBe('noon');

    // Leaves the text with Tab, and moves back to the bar above it.
    await page.keyboard.press('Escape');
    await tabTo('share', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    // A link to edit instead of one to read.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await eventually(() => page.innerText('[aria-label="Copy new link"]')).toBe('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText()))
      .toContain(`${new URL(page.url()).pathname}#k=`);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('share');

    await tabTo('All documents', 'Shift+Tab');
    await eventually(() => page.getAttribute('#status', 'data-state')).toBe('saved');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#documents li');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test('[U1] the menu opens, moves the focus with arrow keys, and returns it', async () => {
    const { page } = await visitEditor(browser, `${service}/d/${freshName()}`);
    await page.focus('#menu-button');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(await focused()).toBe('New document');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Import a file…');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('menu-button');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog.shortcuts[open]');
    await page.keyboard.press('Escape');
    // In the text, the key types a question mark.
    await page.click('.ProseMirror');
    await page.keyboard.type('why?');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('Control+/');
    await page.waitForSelector('dialog.shortcuts[open]');
    await page.context().close();
  });
});

describe('screen reader announcements', () => {
  test('[U3] announce people and lasting states, but not what others type', async () => {
    const name = freshName();
    const { page } = await visitEditor(browser, `${service}/d/${name}`);
    await eventually(() => page.innerText('#spoken-status')).toBe('Saved');
    await page.evaluate(() => {
      const announced: string[] = [];
      const regions = document.querySelectorAll('[role=status], [role=alert], [aria-live]');
      for (const region of regions) {
        new MutationObserver(() => announced.push(region.textContent ?? ''))
          .observe(region, { childList: true, characterData: true, subtree: true });
      }
      Object.assign(globalThis, { announced });
    });
    const bob = await visitEditor(browser, `${service}/d/${name}`);
    await bob.page.click('.ProseMirror');
    await bob.page.keyboard.type('The tide comes in twice a day', { delay: 20 });
    await eventually(async () => (await linesOf(page))[0]).toBe('The tide comes in twice a day');
    const announced = () =>
      page.evaluate(() => (globalThis as unknown as { announced: string[] }).announced);
    await eventually(async () => (await announced()).join()).toMatch(/joined/);
    expect((await announced()).join()).not.toMatch(/tide|twice|day/);
    expect(await page.locator('.ProseMirror').evaluate((text) => text.closest('[aria-live]')))
      .toBeNull();
    expect(await page.locator('.remote-caret').first().getAttribute('aria-hidden')).toBe('true');
    await bob.page.context().close();
    await eventually(async () => (await announced()).join()).toMatch(/left/);
    await page.context().close();
  });
});
