import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eachEditorPage } from '../../support/browser/each-editor-page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const pages = eachEditorPage();
let page: Page;
beforeEach(() => {
  ({ page } = pages);
});

/** Every kind of block. */
async function writeAll(): Promise<void> {
  await page.keyboard.type('# Title\nText **bold** [link](https://example.com)\n- one\n');
  await page.keyboard.press('Tab');
  await page.keyboard.type('deeper\n\n\n1. first\nsecond\n\n[] task\n[x] done\n\n> quote\n\n---');
  await page.keyboard.type('\n```js\nlet a');
}

interface AxNode {
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly ignored: boolean;
  readonly properties?: readonly {
    readonly name: string;
    readonly value: { readonly value: unknown };
  }[];
}

async function tree(): Promise<AxNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return (nodes as AxNode[]).filter((node) => !node.ignored);
}

describe('[E23] what those hear who do not see the text', () => {
  test('it is a text box with lists that tell their level', async () => {
    await writeAll();
    const nodes = await tree();
    const box = nodes.filter((node) => node.role?.value === 'textbox').at(0);
    expect(box?.name?.value).toBe('Document text');
    const items = nodes.filter((node) => node.role?.value === 'listitem');
    const levels = items.map((node) =>
      node.properties?.find(({ name }) => name === 'level')?.value.value
    );
    expect(levels.slice(0, 6)).toEqual([1, 2, 1, 1, 1, 1]);
    expect(nodes.filter((node) => node.role?.value === 'list').length).toBe(items.length);
    const boxes = nodes.filter((node) => node.role?.value === 'checkbox');
    expect(boxes.map((node) => node.name?.value)).toContain('Done');
    const headings = nodes.filter((node) => node.role?.value === 'heading');
    expect(headings[0]?.name?.value).toBe('Title');
  });

  test('numbers count on below what belongs to an item, and start anew after anything else', async () => {
    await page.evaluate(() => {
      const line = (kind: string | null, text: string, indent: number | null = null) => ({
        type: 'paragraph',
        attrs: { kind, indent, checked: null },
        content: [{ type: 'text', text }],
      });
      const code = {
        type: 'codeBlock',
        attrs: { indent: 1 },
        content: [{ type: 'text', text: 'code' }],
      };
      const content = [
        line('ordered', 'one'),
        line('ordered', 'inner', 1),
        line('ordered', 'inner', 1),
        line('ordered', 'two'),
        line(null, 'more of two', 1),
        code,
        line('ordered', 'three'),
        line('ordered', 'inner anew', 1),
        line(null, 'text'),
        line('ordered', 'one again'),
      ];
      edgepad.setLines(edgepad.editor.view.state.schema.nodeFromJSON({ type: 'doc', content }));
    });
    const texts = (await tree()).filter((node) => node.role?.value === 'StaticText')
      .map((node) => String(node.name?.value ?? '').trim());
    // A number and the point behind it are two texts; each may stand there for its line, too.
    const numbers = texts.filter((text) => /^[0-9a-z]$/.test(text))
      .filter((text, at, all) => text !== all[at - 1]);
    expect(numbers).toEqual(['1', 'a', 'b', '2', '3', 'a', '1']);
  });

  test('a click on the box of a task checks it, undone by one undo, and not for a reader', async () => {
    await page.keyboard.type('[] task');
    await page.locator('.ProseMirror input').click();
    await expect.poll(() => page.evaluate(() => edgepad.lines())).toEqual(['task✓ task']);
    await page.keyboard.press('Control+z');
    expect(await page.evaluate(() => edgepad.lines())).toEqual(['task task']);
    await page.evaluate(() => edgepad.editor.setEditable(false));
    await page.locator('.ProseMirror input').click();
    await page.waitForTimeout(50);
    expect(await page.evaluate(() => edgepad.lines())).toEqual(['task task']);
    expect(await page.locator('.ProseMirror input').isChecked()).toBe(false);
  });

  test('axe finds nothing', async () => {
    await writeAll();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      // @ts-expect-error axe is put into the page by the line above
      const { violations } = await globalThis.axe.run('.paper');
      return violations.map((violation: { id: string; nodes: { html: string }[] }) =>
        `${violation.id}: ${violation.nodes.map(({ html }) => html).join(' ')}`
      );
    });
    expect(found).toEqual([]);
  });

  test('the carets of others are hidden, and nothing they type is announced', async () => {
    await page.keyboard.type('one');
    const spoken = await page.evaluate(async () => {
      const other = edgepad.mount();
      const { encodeAwarenessUpdate, applyAwarenessUpdate } = edgepad.presence;
      other.awareness.setLocalStateField('user', { name: 'Bob', color: '#aa0000' });
      other.editor.view.focus();
      other.awareness.on('update', () =>
        applyAwarenessUpdate(
          edgepad.awareness,
          encodeAwarenessUpdate(other.awareness, [other.awareness.clientID]),
          'wire',
        ));
      const live = [
        ...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]'),
      ];
      const heard: string[] = [];
      const observer = new MutationObserver((records) =>
        heard.push(...records.map((record) => String(record.target.textContent)))
      );
      for (const element of live) {
        observer.observe(element, { childList: true, subtree: true, characterData: true });
      }
      const { view } = other.editor;
      for (const character of 'hello') {
        view.dispatch(view.state.tr.insertText(character));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { heard, inText: document.querySelectorAll('.ProseMirror [aria-live]').length };
    });
    expect(spoken).toEqual({ heard: [], inText: 0 });
    const caret = page.locator('.paper').first().locator('.remote-caret');
    await caret.waitFor({ state: 'attached' });
    expect(await caret.getAttribute('aria-hidden')).toBe('true');
    expect((await tree()).some((node) => node.name?.value === 'Bob')).toBe(false);
  });

  test('who wants less motion gets none', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.evaluate(() => {
      const name = document.createElement('span');
      name.className = 'remote-caret-name';
      document.querySelector('.paper')?.append(name);
    });
    const seconds = await page.locator('.remote-caret-name').evaluate((name) =>
      Number.parseFloat(getComputedStyle(name).transitionDuration)
    );
    expect(seconds).toBeLessThan(0.001);
  });
});

describe('[E24] text runs in its own direction', () => {
  test('each line by itself, lists with their bullets on the right, code never', async () => {
    await page.keyboard.type('left\nשלום עולם\n- مرحبا\n[] משימה\n> ציטוט\n```\nקוד');
    const directions = await page.$$eval(
      '.ProseMirror > *',
      (lines) => lines.map((line) => getComputedStyle(line).direction),
    );
    expect(directions).toEqual(['ltr', 'rtl', 'rtl', 'rtl', 'rtl', 'ltr']);
    const sides = await page.$$eval('.ProseMirror > [data-kind]', (lines) =>
      lines.map((line) => {
        const { paddingRight, paddingLeft } = getComputedStyle(line);
        return Number.parseFloat(paddingRight) > Number.parseFloat(paddingLeft);
      }));
    expect(sides).toEqual([true, true]);
    const box = await page.locator('.ProseMirror input').boundingBox();
    const text = await page.locator('.ProseMirror [data-kind=task] p').boundingBox();
    expect(box?.x).toBeGreaterThan((text?.x ?? 0) + (text?.width ?? 0) / 2);
    const quote = await page.locator('.ProseMirror blockquote').evaluate((line) => {
      const { borderRightWidth, borderLeftWidth } = getComputedStyle(line);
      return [borderRightWidth, borderLeftWidth];
    });
    expect(quote).toEqual(['3px', '0px']);
  });
});

describe('the traps of the binding', () => {
  test('[E25] in a shadow root edits of others arrive while the editor has the focus', async () => {
    await page.keyboard.type('one');
    const lines = await page.evaluate(async () => {
      const host = document.createElement('div');
      document.body.append(host);
      const inner = edgepad.mount(host.attachShadow({ mode: 'open' })).editor.view;
      inner.focus();
      const { view } = edgepad.editor;
      for (const character of ' two') {
        view.dispatch(view.state.tr.insertText(character, view.state.doc.content.size - 1));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return [edgepad.lines(0), edgepad.lines(1)];
    });
    expect(lines).toEqual([['one two'], ['one two']]);
  });

  test('[E7] a key in a document whose text has just come goes beside it', async () => {
    await page.keyboard.type('one\ntwo');
    const lines = await page.evaluate(() => {
      // Made before it is joined: it has the empty line of a document that nobody has written in.
      const late = edgepad.mountApart();
      late.editor.view.focus();
      edgepad.join(late.doc);
      const { view } = late.editor;
      view.dispatch(view.state.tr.insertText('X'));
      return edgepad.lines(0);
    });
    expect(lines.join()).toContain('one');
    expect(lines.join()).toContain('two');
    expect(lines.join()).toContain('X');
  });
});
