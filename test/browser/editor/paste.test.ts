import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eachEditorPage } from '../../support/browser/each-editor-page.ts';
import { Random } from '../../support/random.ts';
import { randomLines } from './random-lines.ts';
import { openEditorPage } from './editor-page.ts';

const samples = join(import.meta.dirname, '../../web/editor/paste-samples');
const read = (name: string) => readFileSync(join(samples, name), 'utf8');

const pages = eachEditorPage();
let page: Page;
beforeEach(() => {
  ({ page } = pages);
});

/** The document as one string per block. Line breaks in code are written as `\\n`. */
async function lines(): Promise<string[]> {
  const shown = await page.evaluate(() => edgepad.lines());
  return shown.map((line) => line.replaceAll('\n', '\\n').replaceAll('\u00a0', ' '));
}

const paste = (html: string, text = '', types: Record<string, string> = {}) =>
  page.evaluate(
    ([html, text, types]) => edgepad.paste(html, text, types),
    [html, text, types] as const,
  );

describe('[E17] pastes the HTML of other programs as clean lines', () => {
  const names = readdirSync(samples).filter((name) => name.endsWith('.clipboard'));
  test.each(names)('%s', async (name) => {
    const expected = read(name.replace('.clipboard', '.lines')).replace(/\n$/, '').split('\n');
    await paste(read(name));
    expect(await lines()).toEqual(expected);
    const imported = await page.evaluate(
      async (html) => edgepad.linesOf(await edgepad.htmlToLines(html)),
      read(name),
    );
    expect(imported.map((line) => line.replaceAll('\n', '\\n').replaceAll('\u00a0', ' ')))
      .toEqual(expected);
    const left = await page.innerHTML('.ProseMirror');
    expect(left).not.toMatch(
      /style=|class="(?!ProseMirror)|onerror|onclick|<script|javascript:|mso-/i,
    );
  });

  test('a paste before the paste chunk has loaded has the same result', async () => {
    const opened = await openEditorPage(pages.browser);
    await opened.page.reload();
    await opened.page.waitForSelector('.ProseMirror');
    await opened.page.evaluate(() =>
      edgepad.paste('<ul><li>a<ul><li>b</li></ul></li></ul>', 'a b')
    );
    await expect.poll(() => opened.page.evaluate(() => edgepad.lines()))
      .toEqual(['bullet a', 'bullet1 b']);
    await opened.page.context().close();
  });
});

describe('[E18] copying and pasting keeps lines', () => {
  test('random slices of random documents', async () => {
    let compared = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const random = new Random(seed);
      const made = randomLines(random);
      const outcome = await page.evaluate(([json, a, b]) => {
        const { view } = edgepad.editor;
        const { schema } = view.state;
        const doc = schema.nodeFromJSON(json);
        edgepad.setLines(doc);
        // Whole lines only: part of a line is pasted without its kind, on purpose.
        const lines: { from: number; to: number }[] = [];
        doc.forEach((node, offset) => {
          if (node.isTextblock) {
            lines.push({ from: offset + 1, to: offset + 1 + node.content.size });
          }
        });
        const [first, last] = [a, b].map((share) => Math.floor(share * lines.length)).sort();
        const [start, end] = [lines[first ?? 0], lines[last ?? 0]];
        if (!start || !end || (first === last && start.from === end.to)) return null;
        edgepad.select(start.from, end.to);
        const selected = view.state.doc.cut(
          view.state.selection.from - 1,
          view.state.selection.to + 1,
        );
        const wanted = edgepad.linesOf(selected);
        const { html, text } = edgepad.copy();
        edgepad.setLines(schema.topNodeType.createAndFill() ?? doc);
        edgepad.select(1);
        edgepad.paste(html, text);
        return { wanted, got: edgepad.lines(), html };
      }, [made, random.next(), random.next()] as const);
      if (outcome === null) continue;
      compared++;
      expect(outcome.got, `seed ${seed}: ${outcome.html}`).toEqual(outcome.wanted);
    }
    expect(compared).toBeGreaterThan(100);
  });
});

describe('[E18] adapts a paste to the line at the caret', () => {
  test('part of a heading is plain text, and plain lines become list items', async () => {
    await page.keyboard.type('# Big title\ntext\n- item');
    const copied = await page.evaluate(() => {
      edgepad.select(2, 6);
      const words = edgepad.copy();
      edgepad.select(13, 15);
      edgepad.paste(words.html, words.text);
      return words.text;
    });
    expect(copied).toBe('ig t');
    expect(await lines()).toEqual(['h1 Big title', 'tig tt', 'bullet item']);
    await page.evaluate(() => {
      const end = edgepad.editor.view.state.doc.content.size - 1;
      edgepad.select(end, end);
    });
    await paste('<p>one</p><p>two</p>');
    expect(await lines()).toEqual(['h1 Big title', 'tig tt', 'bullet itemone', 'bullet two']);
  });
});

describe('[E16] pastes Markdown as rich text', () => {
  const markdown = '# Title\n\nSome **bold** text:\n\n- one\n- two\n\n```js\nlet a;\n```\n';
  const rich = [
    'h1 Title',
    'Some **bold** text:',
    'bullet one',
    'bullet two',
    'codeBlock js let a;',
  ];

  test('in one undo step', async () => {
    await page.keyboard.type('x\n');
    await paste('', markdown);
    await expect.poll(lines).toEqual(['x', ...rich]);
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['x', '']);
  });

  test('not when pasting as plain text', async () => {
    await page.evaluate((text) => edgepad.editor.view.pasteText(text), '# a\n\n- b\n- c');
    expect(await lines()).toEqual(['# a', '- b', '- c']);
  });

  test('Control+Shift+V pastes plain text, and Control+V keeps the formatting', async () => {
    await page.keyboard.type('# Big **bold** [link](https://example.com/)');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Shift+v');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+v');
    const rich = 'h1 Big **bold** [link](https://example.com/)';
    expect(await lines()).toEqual([rich, 'Big bold link', rich]);
  });

  test('not in code, and not if the clipboard has HTML', async () => {
    await paste('<p>**a**</p>', '**a**');
    expect(await lines()).toEqual(['**a**']);
    await page.keyboard.type('\n```\n');
    await paste('', '# b\n\n- c\n- d');
    expect((await lines()).at(-1)).toBe('codeBlock  # b\\n\\n- c\\n- d');
  });

  test('from a code editor, Markdown becomes rich text and code becomes a code block', async () => {
    const mode = (name: string) => ({ 'vscode-editor-data': JSON.stringify({ mode: name }) });
    await paste('<div><span>a *b*</span></div>', 'a *b*', {
      'vscode-editor-data': '{"mode":"markdown"}',
    });
    await expect.poll(lines).toEqual(['a _b_']);
    await page.keyboard.type('\n');
    await paste('<div>x</div>', 'if (a) {\n  b\n}\n', mode('typescript'));
    expect((await lines()).at(-1)).toBe('codeBlock typescript if (a) {\\n  b\\n}');
  });
});

describe('[E19] addresses and limits', () => {
  test('an address pasted on a selection links it, without the space after a word', async () => {
    await page.keyboard.type('see here now');
    await page.evaluate(() => edgepad.select(5, 10));
    await paste('', 'https://example.com/a');
    expect(await lines()).toEqual(['see [here](https://example.com/a) now']);
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['see here now']);
  });

  test('an address pasted without a selection becomes a link, if links may have it', async () => {
    await paste('', 'https://example.com/b');
    expect(await lines()).toEqual(['[https://example.com/b](https://example.com/b)']);
    await page.keyboard.type('\n');
    await paste('', 'javascript:alert(1)');
    expect((await lines()).at(-1)).toBe('javascript:alert(1)');
  });

  test('rejects a paste that is too long, with a message', async () => {
    await page.keyboard.type('x');
    await page.evaluate(() => {
      edgepad.paste('', 'a'.repeat(1_100_000));
      edgepad.paste('', 'a\n'.repeat(30_000));
      edgepad.paste('<p>a</p>'.repeat(20_500), 'a');
    });
    expect(await lines()).toEqual(['x']);
    expect(await page.evaluate(() => edgepad.messages)).toHaveLength(3);
    await page.evaluate(() => edgepad.paste(`<p ${'x'.repeat(4_100_000)}>a</p>`, 'plain'));
    expect(await lines()).toEqual(['xplain']);
  });

  test('a pasted file shows how to add an image', async () => {
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      edgepad.editor.view.dom.dispatchEvent(event);
    });
    expect((await page.evaluate(() => edgepad.messages)).join()).toContain('address');
  });
});
