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

/** Types every kind of block. */
async function typeAllBlocks(): Promise<void> {
  await page.keyboard.type('# Title\nText **bold** [link](https://example.com)\n- one\n');
  await page.keyboard.press('Tab');
  await page.keyboard.type('deeper\n\n\n1. first\nsecond\n\n[] task\n[x] done\n\n> quote\n\n---');
  await page.keyboard.type('\n```js\nlet a');
}

interface AxNode {
  readonly nodeId: string;
  readonly childIds?: readonly string[];
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly ignored: boolean;
  readonly properties?: readonly {
    readonly name: string;
    readonly value: { readonly value: unknown };
  }[];
}

/** The nodes in the order in which a screen reader reads them. */
async function tree(): Promise<AxNode[]> {
  const session = await page.context().newCDPSession(page);
  const nodes = (await session.send('Accessibility.getFullAXTree')).nodes as AxNode[];
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const walk = (id: string): AxNode[] => {
    const node = byId.get(id);
    return node ? [node, ...(node.childIds ?? []).flatMap(walk)] : [];
  };
  return walk(nodes[0]?.nodeId ?? '').filter((node) => !node.ignored);
}

describe('[E23] accessibility tree and announcements', () => {
  test('exposes a text box, and each list as one list, with its levels', async () => {
    await typeAllBlocks();
    const isList = (node: AxNode) => node.role?.value === 'list';
    // Bullets, numbers and tasks.
    await expect.poll(async () => (await tree()).filter(isList).length, { timeout: 10_000 }).toBe(
      3,
    );
    const nodes = await tree();
    const sizes = nodes.filter(isList).map(({ childIds = [] }) =>
      nodes.filter(({ nodeId, role }) => role?.value === 'listitem' && childIds.includes(nodeId))
        .length
    );
    expect(sizes).toEqual([2, 2, 2]);
    const box = nodes.filter((node) => node.role?.value === 'textbox').at(0);
    expect(box?.name?.value).toBe('Document text');
    const items = nodes.filter((node) => node.role?.value === 'listitem');
    const levels = items.map((node) =>
      node.properties?.find(({ name }) => name === 'level')?.value.value
    );
    expect(levels.slice(0, 6)).toEqual([1, 2, 1, 1, 1, 1]);
    const boxes = nodes.filter((node) => node.role?.value === 'checkbox');
    expect(boxes.map((node) => node.name?.value)).toContain('Done');
    const headings = nodes.filter((node) => node.role?.value === 'heading');
    expect(headings[0]?.name?.value).toBe('Title');
  });

  test('continues numbers across the content of an item, and restarts them after other content', async () => {
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
    // A number and its period are two texts. Each may appear again for its line.
    const numbers = texts.filter((text) => /^[0-9a-z]$/.test(text))
      .filter((text, index, all) => text !== all[index - 1]);
    expect(numbers).toEqual(['1', 'a', 'b', '2', '3', 'a', '1']);
  });

  test('a click on a checkbox checks the task in one undo step, unless the editor is read-only', async () => {
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

  test('has no violations found by axe', async () => {
    await typeAllBlocks();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      // @ts-expect-error the line above adds axe to the page
      const { violations } = await globalThis.axe.run('.paper');
      return violations.map((violation: { id: string; nodes: { html: string }[] }) =>
        `${violation.id}: ${violation.nodes.map(({ html }) => html).join(' ')}`
      );
    });
    expect(found).toEqual([]);
  });

  test('hides remote carets from the tree, and announces no remote typing', async () => {
    await page.keyboard.type('one');
    const announced = await page.evaluate(async () => {
      const other = edgepad.mount();
      const { encodeAwarenessUpdate, applyAwarenessUpdate } = edgepad.presence;
      other.awareness.setLocalStateField('user', { name: 'Bob', color: '#aa0000' });
      other.editor.view.focus();
      other.awareness.on('update', () =>
        applyAwarenessUpdate(
          edgepad.awareness,
          encodeAwarenessUpdate(other.awareness, [other.awareness.clientID]),
          'network',
        ));
      const live = [
        ...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]'),
      ];
      const changes: string[] = [];
      const observer = new MutationObserver((records) =>
        changes.push(...records.map((record) => String(record.target.textContent)))
      );
      for (const element of live) {
        observer.observe(element, { childList: true, subtree: true, characterData: true });
      }
      const { view } = other.editor;
      for (const character of 'hello') {
        view.dispatch(view.state.tr.insertText(character));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { changes, inText: document.querySelectorAll('.ProseMirror [aria-live]').length };
    });
    expect(announced).toEqual({ changes: [], inText: 0 });
    const caret = page.locator('.paper').first().locator('.remote-caret');
    await caret.waitFor({ state: 'attached' });
    expect(await caret.getAttribute('aria-hidden')).toBe('true');
    expect((await tree()).some((node) => node.name?.value === 'Bob')).toBe(false);
  });

  test('has no animation with reduced motion', async () => {
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

describe('[E24] text direction', () => {
  test('is detected for each line, except code, and moves list markers and quote borders', async () => {
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

describe('the binding', () => {
  test('[E25] applies remote edits in a shadow root while the editor has the focus', async () => {
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

  test('[E7] a key typed right after the content has arrived keeps it', async () => {
    await page.keyboard.type('one\ntwo');
    const lines = await page.evaluate(() => {
      // Mounted before the sync, so it has the empty line of an empty document.
      const other = edgepad.mountDisconnected();
      other.editor.view.focus();
      edgepad.connect(other.doc);
      const { view } = other.editor;
      view.dispatch(view.state.tr.insertText('X'));
      return edgepad.lines(0);
    });
    expect(lines.join()).toContain('one');
    expect(lines.join()).toContain('two');
    expect(lines.join()).toContain('X');
  });
});
