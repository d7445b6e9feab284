import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { eventually, visitEditor } from '../../support/browser/page.ts';
import { freshName } from '../../support/y-client.ts';

const service = inject('service');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** The pixels of an element as text, to compare. */
async function seen(what: Locator): Promise<string> {
  const box = await what.boundingBox();
  if (!box) throw new RangeError('Cannot look: it is not on the page');
  // Includes the surroundings, where outlines are drawn.
  const clip = { x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8 };
  return (await what.page().screenshot({ clip, caret: 'hide' })).toString('base64');
}

/** Two people in a line of text; the first uses forced colours. */
async function two(colorScheme: 'light' | 'dark'): Promise<{ ann: Page; bob: Page }> {
  const address = `${service}/d/${freshName()}`;
  const { page: ann } = await visitEditor(browser, address, {
    forcedColors: 'active',
    reducedMotion: 'reduce',
    colorScheme,
  });
  await ann.click('.ProseMirror');
  await ann.keyboard.type('first\nthe tide comes in\nlast');
  await eventually(() => ann.getAttribute('#status', 'data-state')).toBe('saved');
  const { page: bob } = await visitEditor(browser, address);
  await eventually(() => bob.locator('.ProseMirror > *').count()).toBe(3);
  return { ann, bob };
}

async function leave(...pages: Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.context().close()));
}

describe.each(['dark'] as const)('[U8] in forced colours, %s', (colorScheme) => {
  test('pressed and focused toolbar buttons differ from each other and from the rest', async () => {
    const { ann, bob } = await two(colorScheme);
    const bold = ann.getByRole('button', { name: /^Bold/ });
    const italic = ann.getByRole('button', { name: /^Italic/ });
    await ann.click('.ProseMirror > :nth-child(2)');
    await expect.poll(() => bold.getAttribute('aria-pressed')).toBe('false');
    const plain = await seen(bold);
    await ann.keyboard.press('Control+b');
    await expect.poll(() => bold.getAttribute('aria-pressed')).toBe('true');
    const pressed = await seen(bold);
    const isFocused = (tool: Locator) => tool.evaluate((one) => one === document.activeElement);
    await bold.focus();
    // With the keyboard, so that the focus ring shows.
    await ann.keyboard.press('ArrowRight');
    await expect.poll(() => isFocused(italic)).toBe(true);
    await ann.keyboard.press('ArrowLeft');
    await expect.poll(() => isFocused(bold)).toBe(true);
    const both = await seen(bold);
    await ann.keyboard.press('Enter');
    await ann.keyboard.press('Control+b');
    expect(new Set([plain, pressed, both]).size).toBe(3);
    await leave(ann, bob);
  });

  test('the title field shows its focus', async () => {
    const { ann, bob } = await two(colorScheme);
    const title = ann.locator('#title');
    await ann.click('.ProseMirror');
    // All borders have the same colour there.
    const ring = () => title.evaluate((one) => getComputedStyle(one).outlineStyle);
    expect(await ring()).toBe('none');
    await title.focus();
    expect(await ring()).toBe('solid');
    await leave(ann, bob);
  });

  test('the carets and selections of other people are visible', async () => {
    const { ann, bob } = await two(colorScheme);
    const line = ann.locator('.ProseMirror > :nth-child(2)');
    await ann.click('.ProseMirror > :first-child');
    const alone = await seen(line);
    await bob.click('.ProseMirror > :nth-child(2)');
    await bob.keyboard.press('End');
    const caret = ann.locator('.remote-caret');
    await caret.waitFor({ state: 'attached' });
    const name = ann.locator('.remote-caret-name');
    await eventually(() => name.evaluate((one) => getComputedStyle(one).opacity)).toBe('0');
    const withCaret = await seen(line);
    await bob.keyboard.press('Shift+Home');
    await ann.locator('.remote-selection').first().waitFor();
    await eventually(() => name.evaluate((one) => getComputedStyle(one).opacity)).toBe('0');
    const withSelection = await seen(line);
    expect(new Set([alone, withCaret, withSelection]).size).toBe(3);
    // Compares the end of the line as well, because the caret has moved.
    await bob.keyboard.press('Home');
    await ann.locator('.remote-selection').waitFor({ state: 'detached' });
    await eventually(() => name.evaluate((one) => getComputedStyle(one).opacity)).toBe('0');
    expect(await seen(line)).not.toBe(withSelection);
    await leave(ann, bob);
  });

  test('the status is text in a readable colour', async () => {
    const { page, loseConnection } = await visitEditor(browser, `${service}/d/${freshName()}`, {
      forcedColors: 'active',
      colorScheme,
    });
    const status = page.locator('#status');
    const isRead = () =>
      status.evaluate((one) =>
        getComputedStyle(one).color !== getComputedStyle(document.documentElement).backgroundColor
      );
    await eventually(() => status.innerText()).toMatch(/Saved/);
    expect(await isRead()).toBe(true);
    await loseConnection();
    await eventually(() => status.innerText()).toMatch(/Offline/);
    expect(await isRead()).toBe(true);
    await leave(page);
  });
});

/** The longest animation or transition of the page from now on, in milliseconds. */
async function watchMotion(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const watch = window as unknown as { longest: number };
    watch.longest = 0;
    const look = () => {
      for (const { effect } of document.getAnimations()) {
        watch.longest = Math.max(watch.longest, Number(effect?.getComputedTiming().duration));
      }
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => (window as unknown as { longest: number }).longest);
}

describe('[U8] the setting for reduced motion', () => {
  test.each(
    [
      ['reduce', false],
      ['no-preference', true],
    ] as const,
  )('with %s, whether anything moves: %s', async (reducedMotion, moves) => {
    const address = `${service}/d/${freshName()}`;
    const { page: ann } = await visitEditor(browser, address, { reducedMotion });
    const longest = await watchMotion(ann);
    await ann.click('.ProseMirror');
    await ann.keyboard.type('# Tides\ntext\n');
    const { page: bob } = await visitEditor(browser, address);
    await eventually(() => bob.locator('.ProseMirror > *').count()).toBe(3);
    await bob.click('.ProseMirror > :last-child');
    await bob.keyboard.type('words of another person');
    const name = ann.locator('.remote-caret-name');
    await name.waitFor({ state: 'attached' });
    // The name at the caret appears and fades.
    await eventually(() => name.evaluate((one) => getComputedStyle(one).opacity)).toBe('0');
    await ann.click('#menu-button');
    await ann.keyboard.press('Escape');
    await ann.click('#people');
    await ann.keyboard.press('Escape');
    await ann.keyboard.press('Control+f');
    await ann.keyboard.type('words');
    await ann.keyboard.press('Escape');
    expect(await longest() > 1).toBe(moves);
    await ann.goto(address.replace('/d/', '/v/'));
    const reading = await watchMotion(ann);
    await ann.getByText('words of another person').waitFor();
    await bob.keyboard.type(' and more');
    await ann.getByText('and more').waitFor();
    expect(await reading() > 1).toBe(moves);
    await leave(ann, bob);
  });
});
