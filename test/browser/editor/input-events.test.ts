import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../../support/browser/browser.ts';
import { openEditorPage } from './editor-page.ts';

let browser: Browser;
let page: Page;
let session: CDPSession;

beforeAll(async () => {
  browser = await openBrowser();
  ({ page } = await openEditorPage(browser));
  session = await page.context().newCDPSession(page);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+Alt+0');
});

/** What browsers do when a keyboard sends no keys: an input event, then the change of the page. */
async function input(inputType: string, command: string): Promise<void> {
  await page.evaluate(([inputType, command]) => {
    const event = new InputEvent('beforeinput', { inputType, bubbles: true, cancelable: true });
    if (edgepad.editor.view.dom.dispatchEvent(event)) document.execCommand(command);
  }, [inputType, command] as const);
  await page.waitForTimeout(50);
}

const enter = () => input('insertParagraph', 'insertParagraph');
const lineBreak = () => input('insertLineBreak', 'insertLineBreak');
const backspace = () => input('deleteContentBackward', 'delete');

const type = (text: string) => session.send('Input.insertText', { text });
const lines = () => page.evaluate(() => edgepad.lines());

describe('[E10] [E11] input events without keys', () => {
  for (const marker of ['-', '1.', '[]', '>']) {
    test(`insertParagraph continues and ends a line after "${marker}"`, async () => {
      for (const key of `${marker} a`) await page.keyboard.press(key === ' ' ? 'Space' : key);
      await enter();
      await type('b');
      const [first = '', second] = await lines();
      expect(second).toBe(first.replace(/a$/, 'b'));
      await enter();
      await enter();
      await type('c');
      expect((await lines())[2]).toBe('c');
    });
  }

  test('insertLineBreak inserts a line break', async () => {
    await type('a');
    await lineBreak();
    await type('b');
    expect(await lines()).toEqual(['a⏎b']);
  });

  test('insertParagraph in code inserts a line, and ends the block behind a fence', async () => {
    await page.keyboard.type('```\na');
    await enter();
    await type('```');
    await enter();
    await type('b');
    expect(await lines()).toEqual(['codeBlock  a', 'b']);
  });

  test('deleteContentBackward at the start of a task makes it text, and joins lines', async () => {
    await page.keyboard.type('a\n[] b');
    await page.keyboard.press('Home');
    await backspace();
    expect(await lines()).toEqual(['a', 'b']);
    await backspace();
    expect(await lines()).toEqual(['ab']);
    await page.keyboard.press('End');
    await backspace();
    expect(await lines()).toEqual(['a']);
  });
});

describe('[E10] [E12] keys as the browser reports them', () => {
  const press = async (key: string, code: number, modifiers = 0) => {
    const event = { key, code: key, windowsVirtualKeyCode: code, modifiers };
    const text = key === 'Enter' ? { text: '\r' } : {};
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...text });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  };

  test('Enter acts once', async () => {
    await type('a');
    await press('Enter', 13);
    await type('b');
    await press('Enter', 13, 8);
    await type('c');
    expect(await lines()).toEqual(['a', 'b⏎c']);
  });

  test('what is typed after Tab stays in the text, in every kind of line', async () => {
    await page.keyboard.type('text\n# head\n> quote\n\n- item\n\n```\ncode');
    const count = (await lines()).length;
    for (let line = 0; line < count; line++) {
      await page.evaluate((line) => {
        const { view } = edgepad.editor;
        let end = 0;
        for (let i = 0; i <= line; i++) end += view.state.doc.child(i).nodeSize;
        edgepad.select(end - 1);
        view.focus();
      }, line);
      await press('Tab', 9);
      await type(`${line}`);
    }
    const typed = (await lines()).map((text) => text.at(-1));
    expect(typed).toEqual(typed.map((_, line) => `${line}`));
  });
});

describe('[E28] a composition over CDP', () => {
  test('Enter after a composition in a task continues the list', async () => {
    await page.keyboard.type('[] ');
    for (const text of ['ㅎ', '하', '한']) {
      const at = { text, selectionStart: text.length, selectionEnd: text.length };
      await session.send('Input.imeSetComposition', at);
    }
    await type('한');
    await enter();
    await type('b');
    expect(await lines()).toEqual(['task 한', 'task b']);
  });
});
