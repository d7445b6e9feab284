import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { prosemirrorToYXmlFragment } from 'y-prosemirror';
import { contentOf, schema } from '../../../protocol/schema.ts';
import { looksLikeMarkdown } from '../../../web/editor/import/looks-like-markdown.ts';
import { markdownToLines } from '../../../web/editor/import/markdown.ts';
import { renderMarkdown } from '../../../worker/core/render/markdown.ts';
import { HeadlessEditor } from './headless-editor.ts';
import { linesOf } from './lines-of.ts';

const read = async (markdown: string) => linesOf(await markdownToLines(markdown));

describe('[E16] imports Markdown as lines', () => {
  test.each<[string, string, string[]]>([
    ['headings', '# a\n## b\n### c\n#### d\n\nUnder\n=====', [
      'h1 a',
      'h2 b',
      'h3 c',
      'h3 d',
      'h1 Under',
    ]],
    ['marks', 'a **b** *c* ~~d~~ `e` ***f***', ['a **b** _c_ ~~d~~ `e` **_f_**']],
    ['lists in lists', '- a\n  - b\n    1. c\n- d', [
      'bullet a',
      'bullet1 b',
      'ordered2 c',
      'bullet d',
    ]],
    ['no start number', '5. a\n6. b', ['ordered a', 'ordered b']],
    ['tasks', '- [ ] a\n- [x] b **c**\n- d', ['task a', 'task✓ b **c**', 'bullet d']],
    ['an empty item', '- a\n-\n- c', ['bullet a', 'bullet ', 'bullet c']],
    ['two blocks in an item', '- a\n\n  b\n\n  ```\n  c\n  ```', [
      'bullet a',
      '1 b',
      'codeBlock1  c',
    ]],
    ['quotes', '> a\n>\n> b\n> - c', ['quote a', 'quote b', 'bullet c']],
    ['code', '```js title="x"\na\n\nb\n```\n\n    c', ['codeBlock js a\n\nb', 'codeBlock  c']],
    ['a rule', 'a\n\n---\n\nb', ['a', 'horizontalRule', 'b']],
    ['links', '[a](https://b.c "t") <https://d.e> https://f.g README.md', [
      '[a](https://b.c) [https://d.e](https://d.e) [https://f.g](https://f.g) README.md',
    ]],
    ['no forbidden address', '[a](javascript:alert) ![b](http://c/d.png)', [
      '[a](javascript:alert) b',
    ]],
    ['an image splits its line', 'a ![b](https://c/d.png) e', [
      'a ',
      'image https://c/d.png',
      ' e',
    ]],
    ['line breaks', 'a\nb  \nc\\\nd', ['a b⏎c⏎d']],
    ['a table', '| a | b |\n|---|---|\n| **c** | d |', ['a | b', '**c** | d']],
    ['HTML as what it means', 'a <b>c</b> <T>\n\n<script>d</script>', ['a **c** <T>']],
    ['front matter', '---\ntitle: a\ntags:\n  - b\n---\n# c', [
      'codeBlock yaml title: a\ntags:\n  - b',
      'h1 c',
    ]],
    ['an empty file', '', ['']],
    ['an empty heading', '#\n\na', ['a']],
    ['Windows line ends', '# a\r\n\r\n- b\r\n- c\r\n', ['h1 a', 'bullet b', 'bullet c']],
  ])('%s', async (_name, markdown, lines) => {
    expect(await read(markdown)).toEqual(lines);
  });

  test('survives deep nesting', async () => {
    expect(await read('> '.repeat(5000) + 'a')).toHaveLength(1);
    expect((await read('- '.repeat(5000) + 'a')).length).toBeGreaterThan(1);
    const items = Array.from({ length: 30 }, (_, level) => `${'  '.repeat(level)}- a${level}`);
    expect((await read(items.join('\n'))).at(-1)).toContain('a29');
  });

  test('rejects a text that is too long', async () => {
    await expect(markdownToLines('a'.repeat(5_000_000))).rejects.toThrow(RangeError);
    await expect(markdownToLines('- a\n'.repeat(150_000))).rejects.toThrow(RangeError);
    await expect(markdownToLines('漢字'.repeat(1_100_000))).rejects.toThrow(RangeError);
  });

  test.each([
    'https://a.org',
    'https://a.org/b_c/d?e=f&g#h',
    'https://a.org/_b_',
    'https://a.org/b_(c)~d!',
    'http://localhost:8080/',
    'https://a.org/?b&copy;',
    'https://a.org/%C3%A4',
    'mailto:ann@a.org',
  ])('restores the link %s of an export', async (address) => {
    const text = address.replace('mailto:', '');
    const lines = [`[${text}](${address})`, `see [${text}](${address}), b`];
    const blocks = lines.map((line) =>
      schema.node('paragraph', null, [
        ...(line.startsWith('see') ? [schema.text('see ')] : []),
        schema.text(text, [schema.mark('link', { href: address })]),
        ...(line.endsWith('b') ? [schema.text(', b')] : []),
      ])
    );
    const doc = new Y.Doc();
    prosemirrorToYXmlFragment(schema.node('doc', null, blocks), contentOf(doc));
    expect(await read(renderMarkdown(doc))).toEqual(lines);
  });

  test('restores the lines of an export', async () => {
    const editor = new HeadlessEditor();
    editor.type('# Head *it*\nText with **bold** and `code`, ~~gone~~\n- a\nb');
    editor.press('Tab');
    editor.type(
      '\n\n\n1. one\ntwo\n\n[] todo\n[x] done\n\n> quote\nmore\n\n---\n# no \\heading\n\n',
    );
    editor.type('2 * 3 _ 4 [x](y) <b> &amp;\n```x\n  y');
    const markdown = renderMarkdown(editor.doc);
    const filled = linesOf(editor.state.doc).filter((line) => line !== '');
    expect(await read(markdown)).toEqual(filled);
    const again = new Y.Doc();
    prosemirrorToYXmlFragment(await markdownToLines(markdown), contentOf(again));
    expect(renderMarkdown(again)).toBe(markdown);
  });
});

describe('[E16] recognizes pasted Markdown', () => {
  test.each([
    '# Title\n\ntext',
    'text\n\n## More\n',
    '- a\n- b',
    '1. a\n2. b',
    '- [ ] task',
    'see [this](https://a.b)',
    'a **bold** word',
    '```js\ncode\n```',
    '> a\n> b',
    '| a | b |\n| --- | --- |\n| c | d |',
  ])('%j is Markdown', (text) => expect(looksLikeMarkdown(text)).toBe(true));

  test.each([
    'Just words.',
    'Two lines,\nno signs.',
    '- one dash',
    '1. alone',
    '#hashtag #another',
    '# a comment\nrun --this',
    '#!/bin/sh\n# what it does\nexit 0',
    'a * b * c and 2 ** 3 ** 4',
    'f(a)[b](c)',
    'snake_case_name and __init__',
    'https://example.com/a_b_c',
    '',
  ])('%j is not Markdown', (text) => expect(looksLikeMarkdown(text)).toBe(false));
});
