import { describe, expect, test } from 'vitest';
import { ContentChanges } from '../../content/content-changes.ts';
import { readMarkdown } from '../../content/read-markdown.ts';
import { linesOf } from '../web/editor/lines-of.ts';

function read(markdown: string): { lines: string[]; changes: string[] } {
  const changes = new ContentChanges();
  const { lines } = readMarkdown(markdown, changes);
  lines.check();
  return { lines: linesOf(lines), changes: changes.sentences() };
}

const lines = (markdown: string) => read(markdown).lines;
const changes = (markdown: string) => read(markdown).changes;

describe('[P13] reads the HTML in Markdown', () => {
  test.each<[string, string, string[]]>([
    ['a line break', 'First<br>second<br/> third', ['First⏎second⏎third']],
    ['marks', '<b>a</b> <i>b</i> <kbd>Ctrl</kbd> <u>c</u> <del>d</del>', [
      '**a** _b_ `Ctrl` ++c++ ~~d~~',
    ]],
    ['a mark within another', '**a <b>b</b> c**', ['**a b c**']],
    ['raised and lowered text', 'H<sub>2</sub>O, 10<sup>-6</sup>', ['H₂O, 10⁻⁶']],
    [
      'a link and a picture',
      '<a href="https://a.b/?x=1&amp;y">c</a> <img src="https://d.e/f.png">',
      [
        '[c](https://a.b/?x=1&y) ',
        'image https://d.e/f.png',
      ],
    ],
    ['a block with attributes', '<p align="center" title="a > b">\n  <em>c</em>\n  d\n</p>\n', [
      '_c_ d',
    ]],
    ['headings', '<h1 align="center">a</h1>\n\n<h2>b <b>c</b></h2>', ['h1 a', 'h2 b **c**']],
    ['lists', '<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>', [
      'bullet a',
      'ordered1 b',
      'bullet c',
    ]],
    ['lists without end tags', '<ul>\n<li>a\n<li>b\n</ul>\n\nc', ['bullet a', 'bullet b', 'c']],
    ['Markdown in a quote', '<blockquote>\n\n**a**\n\n</blockquote>\n\nb', ['quote **a**', 'b']],
    ['code', '<pre>\n a &lt; b\n<b>c</b>\n</pre>', ['codeBlock   a < b\nc']],
    ['a rule', 'a\n\n<hr>\n\nb', ['a', 'horizontalRule', 'b']],
    ['no element', 'Map<string, T> and <T>, a < b', ['Map<string, T> and <T>, a < b']],
    ['character references', '<p>&lt;a&gt; &copy; &nbsp;</p>', ['<a> © \u00a0']],
    ['an unclosed list in an item', '- a\n\n  <ul><li>b\n\n- c', [
      'bullet a',
      'bullet1 b',
      'bullet c',
    ]],
    ['end tags without start', '- a</ul></li></blockquote></tr>\n- b', ['bullet a', 'bullet b']],
    ['unclosed elements that are left out', 'the <title> and <video> tags\n\n<select>\nx\n\ny', [
      'the  and  tags',
      'x',
      'y',
    ]],
    ['an unclosed row', '<table><tr><td>a</td><td>b', ['a | b']],
  ])('%s', (_name, markdown, expected) => expect(lines(markdown)).toEqual(expected));

  test('a collapsible section keeps its lines', () => {
    expect(read('<details>\n<summary>More</summary>\n\nText **b**\n\n</details>\n')).toEqual({
      lines: ['More', 'Text **b**'],
      changes: ['A collapsible section became lines.'],
    });
  });

  test.each<[string, string, string[]]>([
    ['a script', 'a\n\n<script>if (a < b) "<p>";</script>\n\nb', [
      'An element was left out: script',
    ]],
    ['a video', 'a <video src="https://c.d/e.mp4">no</video> b', [
      'A video, sound or embedded page was left out: https://c.d/e.mp4',
    ]],
    ['a link around a picture', '[![b](https://c.d/e.png)](https://f.g)', [
      'A link lost its address: https://f.g',
    ]],
    ['a capital that is longer in lower case', 'İ<script>a</SCRIPT>b', [
      'An element was left out: script',
    ]],
    ['a comment', 'a <!-- to do --> b', ['A comment was left out: to do']],
    ['text that cannot be raised', 'x<sup>n/2</sup>', [
      'Raised or lowered text became ordinary text: ^(n/2)',
    ]],
  ])('names what it leaves out: %s', (_name, markdown, expected) => {
    expect(changes(markdown)).toEqual(expected);
  });
});

describe('[P13] names what lines cannot hold', () => {
  test.each<[string, string, string[], string[]]>([
    ['levels', '#### a\n\n###### b', ['h3 a', 'h3 b'], [
      '2 headings below level 3 became level 3.',
    ]],
    ['pictures', '![a pier](images/pier.jpg) ![](http://c/d.png)', ['a pier '], [
      '2 pictures were left out: images/pier.jpg, http://c/d.png',
    ]],
    ['a picture in the text', '![dot](data:image/png;base64,AAAA)', ['dot'], [
      'A picture was left out: dot',
    ]],
    ['tables', '| a | b |c|\n|---|---|---|\n| **c** || d |\n||x|', [
      'a | b | c',
      '**c** |  | d',
      '| x |',
    ], ['A table became lines.']],
    ['a bar in a cell', '|a|b|\n|-|-|\n|Tea \\| coffee|black|', [
      'a | b',
      'Tea | coffee │ black',
    ], [
      'A table became lines.',
    ]],
    ['footnotes', 'y[^1]\n\n[^1]: Note.\n[^b]: Two\nlines', [
      'y[^1]',
      '[^1]: Note.',
      '[^b]: Two lines',
    ], [
      '2 footnotes became lines.',
    ]],
    ['numbers', '3. a\n4. b\n\nc\n\n5. d', ['ordered a', 'ordered b', 'c', 'ordered d'], [
      '3 numbers of list items changed: 3 is now 1, 4 is now 2, 5 is now 1',
    ]],
    ['formulas', 'x $a\\,b$ y, $5 and $6', ['x `$a\\,b$` y, $5 and $6'], [
      'A formula became code: $a\\,b$',
    ]],
    ['formula blocks', '$$\n\\frac{a}{b}\n$$\n\n$$c_1$$', [
      'codeBlock math \\frac{a}{b}',
      'codeBlock math c_1',
    ], [
      '2 formulas became code: \\frac{a}{b}, c_1',
    ]],
    ['lists in quotes', '> a\n> - b', ['quote a', 'bullet b'], [
      'A part of a quote is no longer quoted.',
    ]],
    ['headings in lists', '- # a', ['bullet a'], [
      'A heading in a list or quote became part of it.',
    ]],
    ['depth', Array.from({ length: 10 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n'), [
      'bullet a',
      ...Array.from({ length: 8 }, (_, i) => `bullet${i + 1} a`),
      'bullet8 a',
    ], ['Lists with more than nine levels became flatter.']],
    ['unused definitions', '[a][b]\n\n[b]: https://c.d\n[e]: https://f.g\n[//]: # (note)', [
      '[a](https://c.d)',
    ], ['2 link definitions without use were left out: [e]: https://f.g, [//]: #']],
    ['titles of links', '[a](https://b.c "d")', ['[a](https://b.c)'], [
      'The title of a link was left out: d',
    ]],
    ['options of code', '```js title="a"\nb\n```', ['codeBlock js b'], [
      'The options of a code block were left out: title="a"',
    ]],
  ])('%s', (_name, markdown, expected, sentences) => {
    expect(read(markdown)).toEqual({ lines: expected, changes: sentences });
  });

  test('names nothing for what is complete', () => {
    expect(changes(
      '---\ntitle: a\n---\n# a\n\n- b\n  1. c\n  2. d\n- [ ] e\n\n> f\n\n**g** _h_ <b>i</b>\n\n' +
        '1. j\n\n   k\n2. l\n\n```js\nm\n```\n\n![n](https://o.p/q.png) <https://r.s>\n\nTerm\n: Text\n',
    )).toEqual([]);
  });

  test('names a few of many, and shortens long ones', () => {
    const [sentence = ''] = changes(
      Array.from({ length: 50 }, (_, i) => `![](a${i}/${'x'.repeat(500)})`).join('\n\n'),
    );
    expect(sentence).toMatch(/^50 pictures were left out: a0\/x+…, a1\/x+…, a2\/x+…, a3\/x+…, …$/);
    expect(sentence.length).toBeLessThan(600);
  });
});

describe('[P13] keeps every kind of line break', () => {
  test.each(['\n', '\r', '\r\n'])('%j ends a line of Markdown', (end) => {
    expect(lines(['# a', '', 'b', '', '- c', '- d', ''].join(end)))
      .toEqual(['h1 a', 'b', 'bullet c', 'bullet d']);
  });

  test.each(['\u2028', '\u2029', '\v', '\f', '\u0085'])('%j breaks a line of text', (end) => {
    expect(lines(`a${end}b`)).toEqual(['a⏎b']);
    expect(lines(`\`\`\`\na${end}b\n\`\`\``)).toEqual(['codeBlock  a\nb']);
  });

  test('a definition begins below its term', () => {
    expect(lines('Term\n: Its text\nmore')).toEqual(['Term⏎: Its text more']);
  });
});

describe('[P13] finds the title in front matter', () => {
  test.each<[string, string | null]>([
    ['---\ntitle: A plan\nx: y\n---\n', 'A plan'],
    ['---\ntitle: "A \\"plan\\": b" # c\n---\n', 'A "plan": b'],
    ["---\r\nx: y\r\ntitle: 'it''s'\r\n---\r\n", "it's"],
    ['---\ntitle: A plan # draft\n---\n', 'A plan'],
    ['+++\ntitle = "A plan"\n+++\n', 'A plan'],
    ['---\ntitle: >\n  folded\n---\n', null],
    ['---\nsubtitle: x\n---\n', null],
    ['a\n\n---\ntitle: b\n---\n', null],
    ['---\n\nNote: text\n\n---\n', null],
  ])('%j', (markdown, title) => {
    expect(readMarkdown(markdown, new ContentChanges()).title).toBe(title);
  });
});

describe('[P8] reads hostile Markdown', () => {
  test.each<[string, string]>([
    ['comments without end', '<!-- '],
    ['open tags', '<b>'],
    ['tags without end', '<a href="'],
    ['elements that are left out', '<script>'],
    ['nested lists of HTML', '<ul><li>'],
    ['formulas without end', '$a_'],
    ['footnotes', '[^1]: a\n'],
    ['raised text', '<sup>a'],
    ['cells', '<table><tr><td>a'],
  ])('%s', (_name, part) => expect(lines(part.repeat(40_000)).length).toBeGreaterThan(0));
});
