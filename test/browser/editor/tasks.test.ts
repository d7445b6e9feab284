import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eachEditorPage } from '../../support/browser/each-editor-page.ts';

const pages = eachEditorPage();
let page: Page;
beforeEach(() => {
  ({ page } = pages);
});

const lines = () => page.evaluate(() => edgepad.lines());

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

describe('[E27] the caret moves past the checkbox of a task', () => {
  beforeEach(() => page.waitForSelector('.link-bubble', { state: 'attached' }));

  test('stays at the start of the first line', async () => {
    await page.keyboard.type('[] bc');
    await press('Home', 'ArrowLeft', 'ArrowLeft', 'Control+ArrowLeft', 'Control+ArrowLeft');
    await page.keyboard.type('a');
    expect(await lines()).toEqual(['task abc']);
  });

  test('to the end of the line above: alone, with Control and with Shift', async () => {
    await page.keyboard.type('alpha\n[] bc');
    await press('Home', 'ArrowLeft');
    await page.keyboard.type('1');
    await press('ArrowRight', 'Control+ArrowLeft');
    await page.keyboard.type('2');
    expect(await lines()).toEqual(['alpha12', 'task bc']);
    await press('ArrowRight', 'Shift+ArrowLeft', 'Shift+ArrowLeft');
    await page.keyboard.type('-');
    expect(await lines()).toEqual(['alpha1-bc']);
  });

  test('by the other arrow in right-to-left text', async () => {
    await page.keyboard.type('שלום\n[] אב');
    await press('Home', 'ArrowRight');
    await page.keyboard.type('ג');
    expect(await lines()).toEqual(['שלוםג', 'task אב']);
  });
});
