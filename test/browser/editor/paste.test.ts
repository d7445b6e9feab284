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

/** What is in the document, code on one line; a caret of somebody else is no part of it. */
async function lines(): Promise<string[]> {
  const shown = await page.evaluate(() => edgepad.lines());
  return shown.map((line) => line.replaceAll('\n', '\\n').replaceAll('\u00a0', ' '));
}

const paste = (html: string, text = '', types: Record<string, string> = {}) =>
  page.evaluate(
    ([html, text, types]) => edgepad.paste(html, text, types),
    [html, text, types] as const,
  );

describe('[E17] what other programs copy becomes clean lines', () => {
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

  test('what is pasted so early that nothing is loaded for it comes out the same', async () => {
    const early = await openEditorPage(pages.browser);
    await early.page.reload();
    await early.page.waitForSelector('.ProseMirror');
    await early.page.evaluate(() => edgepad.paste('<ul><li>a<ul><li>b</li></ul></li></ul>', 'a b'));
    await expect.poll(() => early.page.evaluate(() => edgepad.lines()))
      .toEqual(['bullet a', 'bullet1 b']);
    await early.page.context().close();
  });
});

describe('[E18] what is copied here is the same lines when it is pasted', () => {
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
        // From the start of a line to the end of one: words out of a line's middle leave its kind
        // behind, and that on purpose.
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

describe('[E18] what is pasted fits into the line it comes to', () => {
  test('words of a heading are words, a whole heading is one, plain lines become items', async () => {
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

describe('[E16] Markdown that is pasted as text becomes rich text', () => {
  const markdown = '# Title\n\nSome **bold** text:\n\n- one\n- two\n\n```js\nlet a;\n```\n';
  const rich = [
    'h1 Title',
    'Some **bold** text:',
    'bullet one',
    'bullet two',
    'codeBlock js let a;',
  ];

  test('and one undo takes it out', async () => {
    await page.keyboard.type('x\n');
    await paste('', markdown);
    await expect.poll(lines).toEqual(['x', ...rich]);
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['x', '']);
  });

  test('not where the bare text is wanted', async () => {
    await page.evaluate((text) => edgepad.editor.view.pasteText(text), '# a\n\n- b\n- c');
    expect(await lines()).toEqual(['# a', '- b', '- c']);
  });

  test('Control, Shift and V take the words only, of what the same keys without Shift take whole', async () => {
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

  test('not in code, and not where HTML says what is meant', async () => {
    await paste('<p>**a**</p>', '**a**');
    expect(await lines()).toEqual(['**a**']);
    await page.keyboard.type('\n```\n');
    await paste('', '# b\n\n- c\n- d');
    expect((await lines()).at(-1)).toBe('codeBlock  # b\\n\\n- c\\n- d');
  });

  test('from a code editor Markdown is rich, and code is code', async () => {
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
  test('an address pasted on words links them, without the space behind a word', async () => {
    await page.keyboard.type('see here now');
    await page.evaluate(() => edgepad.select(5, 10));
    await paste('', 'https://example.com/a');
    expect(await lines()).toEqual(['see [here](https://example.com/a) now']);
    await page.keyboard.press('Control+z');
    expect(await lines()).toEqual(['see here now']);
  });

  test('pasted on nothing it is a link itself; one that no link may have stays text', async () => {
    await paste('', 'https://example.com/b');
    expect(await lines()).toEqual(['[https://example.com/b](https://example.com/b)']);
    await page.keyboard.type('\n');
    await paste('', 'javascript:alert(1)');
    expect((await lines()).at(-1)).toBe('javascript:alert(1)');
  });

  test('what is too long is told, not cut and not taken', async () => {
    await page.keyboard.type('x');
    await page.evaluate(() => {
      edgepad.paste('', 'a'.repeat(1_100_000));
      edgepad.paste('', 'a\n'.repeat(30_000));
      edgepad.paste('<p>a</p>'.repeat(20_500), 'a');
    });
    expect(await lines()).toEqual(['x']);
    expect(await page.evaluate(() => edgepad.messages)).toHaveLength(3);
    await page.evaluate(() => edgepad.paste(`<p ${'x'.repeat(4_100_000)}>a</p>`, 'bare'));
    expect(await lines()).toEqual(['xbare']);
  });

  test('a file tells how a picture gets in', async () => {
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      edgepad.editor.view.dom.dispatchEvent(event);
    });
    expect((await page.evaluate(() => edgepad.messages)).join()).toContain('address');
  });
});
