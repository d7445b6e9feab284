import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { eachEditorPage } from '../../support/browser/each-editor-page.ts';
import { openEditorPage } from './editor-page.ts';

const pages = eachEditorPage();
let page: Page;
beforeEach(() => {
  ({ page } = pages);
});

/** An HTML, its lines, and what is said about it. */
type Case = readonly [name: string, html: string, lines: string[], changes?: string[]];

const read = (html: string) => page.evaluate((html) => edgepad.readHtml(html), html);

/** Reads all cases in one page. */
async function compare(cases: readonly Case[]): Promise<void> {
  for (const [name, html, lines, changes = []] of cases) {
    const { title: _, ...result } = await read(html);
    expect(result, name).toEqual({ lines, changes });
  }
}

const aTable = 'A table became lines.';
const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

describe('[P13] tables become lines', () => {
  test('cells stay apart, and rows stay whole', () =>
    compare([
      [
        'line breaks between rows',
        `<table><tbody>\n${row('a', 'b')}\n${row('c', 'd')}</tbody></table>`,
        [
          'a | b',
          'c | d',
        ],
        [aTable],
      ],
      [
        'two blocks in a cell',
        `<table>${row('<div>Book the hall</div><div>Ask for a ramp</div>', 'Ann')}</table>`,
        ['Book the hall / Ask for a ramp | Ann'],
        [aTable],
      ],
      [
        'different blocks in a cell',
        `<table>${row('<p>one</p>\n<div>two<br>three</div>', '<b>Ann</b>')}</table>`,
        ['one / two / three | **Ann**'],
        [aTable],
      ],
      [
        'a list in a cell',
        `<table>${row('<ul><li>Chairs</li><li>Cups</li></ul>', 'Cy', '10 May')}</table>`,
        ['Chairs / Cups | Cy | 10 May'],
        [aTable],
      ],
      [
        'spans',
        `<table>${'<tr><td colspan=2>Both<td>3</tr>'}${row('1', '2', '3')}</table>`,
        [
          'Both |  | 3',
          '1 | 2 | 3',
        ].map((line) => line.replace('  ', ' ')),
        [aTable],
      ],
      ['rows that span', '<table><tr><td rowspan=2>Tea<td>black</tr><tr><td>green</tr></table>', [
        'Tea | black',
        '| green',
      ], [aTable]],
      ['a bar in a cell', `<table>${row('Tea | coffee', 'black')}</table>`, [
        'Tea | coffee │ black',
      ], [
        aTable,
      ]],
      ['an empty cell', `<table>${row('', 'x', 'y')}</table>`, ['| x | y'], [aTable]],
      [
        'blank blocks',
        `<table>${row('<div><br></div>', '<div>x</div>', 'y')}</table>`,
        ['| x | y'],
        [
          aTable,
        ],
      ],
      [
        'a heading and code below header cells',
        '<table><tr><th>a</th><th>b</th></tr><tr><td><h3>c</h3><pre>d\ne</pre></td><td>f</td></tr></table>',
        ['a | b', 'c / `d` / `e` | f'],
        [aTable],
      ],
      ['a caption', `<table><caption>Costs</caption>${row('a', 'b')}</table>`, ['Costs', 'a | b'], [
        'A table became lines: Costs',
      ]],
    ]));

  test('no empty line appears between rows, and one column is no table', () =>
    compare([
      ['two rows', '<table><tbody><tr><td>a</td></tr>\n<tr><td>b</td></tr></tbody></table>', [
        'a',
        'b',
      ]],
      ['a paragraph above', `<p>x</p><table><tbody>${row('a')}\n${row('b')}</tbody></table>`, [
        'x',
        'a',
        'b',
      ]],
      ['head and body', `<table><thead>${row('a')}</thead>\n<tbody>\n${row('b')}</tbody></table>`, [
        'a',
        'b',
      ]],
      ['a table that arranges a page', `<table>${row('<h2>a</h2><p>b</p>', '<p>c</p>')}</table>`, [
        'h2 a',
        'b',
        'c',
      ]],
    ]));

  test('a style behind a > in an attribute is kept', () =>
    compare([
      ['quoted', '<p>This <span title="a > b" style="font-weight:bold">is bold</span></p>', [
        'This **is bold**',
      ]],
      ['in a comment', '<!-- <p style="x"> --><p style=\'font-style:italic\'>a</p>', ['_a_']],
    ]));
});

describe('[P13] what word processors copy beside the text', () => {
  test('comments, deleted words and hidden text are left out and named', () =>
    compare([
      [
        'a comment of Word',
        "<p class=MsoNormal>until <a style='mso-comment-reference:KB_1'>Friday</a>" +
        '<span class=MsoCommentReference><a class=msocomanchor href="#_msocom_1">[KB1]</a></span>.' +
        "</p><div style='mso-element:comment-list'><div style='mso-element:comment'>" +
        '<div class=msocomtxt><p class=MsoCommentText>INTERNAL: to 80.</p></div></div></div>',
        ['until Friday.'],
        ['A comment was left out.'],
      ],
      [
        'a comment of Google Docs',
        '<p>until Friday<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p>' +
        '<div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a>INTERNAL</p></div>',
        ['until Friday'],
        ['A comment was left out.'],
      ],
      [
        'tracked changes',
        '<p class=MsoNormal>Kept <del cite="mailto:Kim">old words</del>' +
        '<ins cite="mailto:Kim">new words</ins>.</p>',
        ['Kept new words.'],
        ['A deleted passage was left out.'],
      ],
      ['struck words of a page', '<p>Kept <del>old</del></p>', ['Kept ~~old~~']],
      [
        'hidden text',
        "<p class=MsoNormal>seen<span style='display:none;mso-hide:all'> not meant for you</span></p>",
        ['seen'],
        ['A hidden text was left out.'],
      ],
    ]));

  test('footnotes keep their text and lose their dead links', () =>
    compare([
      [
        'of Word',
        '<p class=MsoNormal>Prices<a style=\'mso-footnote-id:ftn1\' href="#_ftn1" name="_ftnref1">' +
        '<span class=MsoFootnoteReference>[1]</span></a> are net.</p>' +
        "<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1>" +
        '<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a> As of March.</p></div></div>',
        ['Prices[1] are net.', '[1] As of March.'],
        ['A footnote became a line.'],
      ],
      [
        'of a page',
        '<p>a<sup id="r1"><a href="#n1">[1]</a></sup></p><ol><li id="n1">b <a href="#r1">↩</a></li></ol>',
        ['a[1]', 'ordered b'],
        ['A footnote became a line.'],
      ],
      ['a link to a heading', '<p><a href="#a">b</a> <a href="#c">d</a></p><h2 id="a">e</h2>', [
        '[b](#a) d',
        'h2 e',
      ]],
    ]));

  test('numbers that a list would not show stay in the text', async () => {
    const item = (sign: string, text: string, level = 1) =>
      `<p class=MsoListParagraph style='mso-list:l0 level${level} lfo1'>` +
      `<span style='mso-list:Ignore'>${sign}<span>&nbsp; </span></span>${text}</p>`;
    await compare([
      ['decimal', item('1.', 'a') + item('2.', 'b'), ['ordered a', 'ordered b']],
      ['another start', item('4.', 'fourth'), ['ordered fourth'], [
        'The number of a list item changed: 4 is now 1',
      ]],
      ['a paragraph between', `${item('1.', 'a')}<p>b</p>${item('2.', 'c')}`, [
        'ordered a',
        'b',
        'ordered c',
      ], ['The number of a list item changed: 2 is now 1']],
      ['letters below numbers', item('1.', 'a') + item('a.', 'b', 2) + item('b.', 'c', 2), [
        'ordered a',
        'ordered1 b',
        'ordered1 c',
      ]],
      ['Roman', item('i.', 'a') + item('ii.', 'b'), ['ordered a', 'ordered b'], [
        '2 list numbers changed their style: i., ii.',
      ]],
      ['Roman with another start', item('vii.', 'seven'), ['vii. seven']],
      ['several levels', item('6.1', 'sub', 2), ['1 6.1 sub']],
      ['Chinese', item('一、', 'a') + item('二、', 'b'), ['ordered a', 'ordered b'], [
        '2 list numbers changed their style: 一、, 二、',
      ]],
      ['Chinese in brackets', item('(三)', 'third'), ['(三) third']],
      ['Arabic', item('١.', 'a') + item('٢.', 'b'), ['ordered a', 'ordered b'], [
        '2 list numbers changed their style: ١., ٢.',
      ]],
      ['sections', item('§1', 'scope') + item('§2', 'terms'), ['§1 scope', '§2 terms']],
      ['steps', item('Step 1:', 'open'), ['Step 1: open']],
      ['bullets', item('·', 'a') + item('o', 'b', 2) + item('§', 'c', 3) + item('ü', 'd'), [
        'bullet a',
        'bullet1 b',
        'bullet2 c',
        'bullet d',
      ]],
      [
        'a heading',
        "<h2 style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.2" +
        '<span>&nbsp; </span></span>Scope</h2>',
        ['h2 1.2 Scope'],
      ],
      ['other styles of Word', item('A.', 'a') + item('1.', 'b', 2), ['ordered a', 'ordered1 b'], [
        '2 list numbers changed their style: A., 1.',
      ]],
      [
        'styles of HTML',
        '<ol type=A><li>a<ol type=a><li>b</ol></ol>',
        ['ordered a', 'ordered1 b'],
        [
          'A list number changed its style: upper-alpha',
        ],
      ],
      [
        'styles of Google Docs',
        '<ol><li style="list-style-type:decimal"><p>a</p></li><ol>' +
        '<li style="list-style-type:lower-alpha"><p>b</p></li></ol></ol>',
        [
          'ordered a',
          'ordered1 b',
        ],
      ],
      ['a start of zero', '<ol start=0><li>a</ol>', ['ordered a'], [
        'The number of a list item changed: 0 is now 1',
      ]],
      ['a list of HTML', '<ol start=7><li>seven</li><li value=9>nine</li></ol>', [
        'ordered seven',
        'ordered nine',
      ], ['2 numbers of list items changed: 7 is now 1, 9 is now 2']],
    ]);
  });

  test('a part of a Google Docs item stays an item', () =>
    compare([
      [
        'at the end',
        '<b style="font-weight:normal;" id="docs-internal-guid-aaaa"><ul><li dir="ltr"><p dir="ltr">' +
        '<span>whole item</span></p></li></ul><span>begin </span><span>in print</span></b>',
        ['bullet whole item', 'bullet begin in print'],
      ],
      [
        'not a paragraph below the list',
        '<b style="font-weight:normal;" id="docs-internal-guid-aaaa"><ul><li><p>a</p></li></ul>' +
        '<p>b</p></b>',
        ['bullet a', 'b'],
      ],
    ]));
});

describe('[P13] what lines cannot show', () => {
  test('pictures are left out and named', () =>
    compare([
      ['data', '<p>a <img src="data:image/png;base64,AAAA" alt="a pier"> b</p>', ['a b'], [
        'A picture was left out: a pier',
      ]],
      [
        'addresses',
        '<p><img src="http://a.b/c.png"><img src="file:///C:/d.png"><img src="e.jpg">f</p>',
        [
          'f',
        ],
        ['3 pictures were left out: http://a.b/c.png, file:///C:/d.png, e.jpg'],
      ],
      ['a mail', '<p>Dear <img src="cid:image001.png@01D"> all</p>', ['Dear all'], [
        'A picture was left out.',
      ]],
      ['loaded later', '<img src="data:image/gif;base64,A" data-src="https://a.b/c.png">', [
        'image https://a.b/c.png',
      ]],
      ['a tracking pixel', '<p>a<img src="http://a.b/c.gif" width=1 height=1></p>', ['a']],
      [
        'a drawing and an icon',
        '<p>a<svg width="400"><title>Plan</title></svg><svg width=16></svg></p>',
        [
          'a',
        ],
        ['A picture was left out: Plan'],
      ],
      ['a video', '<p>a</p><video><source src="https://a.b/c.mp4"></video>', ['a'], [
        'A video, sound or embedded page was left out: https://a.b/c.mp4',
      ]],
    ]));

  test('formulas, levels, raised text, quotes and links', () =>
    compare([
      [
        'a formula',
        '<p>a <math><semantics><mi>x</mi><annotation encoding="application/x-tex">x_1</annotation>' +
        '</semantics></math></p>',
        ['a `x_1`'],
        ['A formula became code: x_1'],
      ],
      ['levels', '<h4>a</h4>', ['h3 a'], ['A heading below level 3 became level 3.']],
      ['raised text', '<p>H<sub>2</sub>O 10<sup>6</sup> x<sup>n/2</sup></p>', ['H₂O 10⁶ x^(n/2)'], [
        'Raised or lowered text became ordinary text: ^(n/2)',
      ]],
      ['a list in a quote', '<blockquote><p>a</p><ul><li>b</li></ul></blockquote>', [
        'quote a',
        'bullet b',
      ], ['A part of a quote is no longer quoted.']],
      ['a link around a picture', '<a href="https://a.b"><img src="https://c.d/e.png"></a>', [
        'image https://c.d/e.png',
      ], ['A link lost its address: https://a.b']],
      ['a link', '<p><a href="javascript:a()">b</a></p>', ['b'], [
        'A link lost its address: javascript:a()',
      ]],
      ['definitions', '<dl><dt>a</dt><dd>b</dd></dl>', ['a', 'b']],
      ['separators', '<p>a\u2028b</p><pre>c\u2028d</pre>', ['a⏎b', 'codeBlock  c\nd']],
    ]));
});

describe('[P13] a paste says what it changed', () => {
  test('once, with every reason', async () => {
    await page.evaluate(
      (html) => edgepad.paste(html, 'a b'),
      [
        '<p>x<img src="http://a.b/c.png"></p>',
        `<table>${row('a', 'b')}</table>`,
      ].join(''),
    );
    expect(await page.evaluate(() => edgepad.messages)).toEqual([
      'Not everything could be pasted as it was:\nA picture was left out: http://a.b/c.png\n' +
      aTable,
    ]);
    await page.evaluate(() => edgepad.paste('<p>y</p>', 'y'));
    expect(await page.evaluate(() => edgepad.messages)).toHaveLength(1);
  });

  test('also of Markdown', async () => {
    await page.evaluate(() => edgepad.paste('', '# a\n\n- b\n- c\n\n![](d.png)'));
    await expect.poll(() => page.evaluate(() => edgepad.messages)).toEqual([
      'Not everything could be pasted as it was:\nA picture was left out: d.png',
    ]);
  });

  test('text with other line breaks becomes lines', async () => {
    await page.evaluate(() => edgepad.paste('', 'a\rb\u2028c\vd'));
    expect(await page.evaluate(() => edgepad.lines())).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a file that is pasted before the paste chunk has loaded is answered', async () => {
    const opened = await openEditorPage(pages.browser);
    await opened.page.reload();
    await opened.page.waitForSelector('.ProseMirror');
    await opened.page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      edgepad.editor.view.dom.dispatchEvent(event);
    });
    await expect.poll(() => opened.page.evaluate(() => edgepad.messages.join()))
      .toContain('address');
    await opened.page.context().close();
  });
});

describe('[E15] a copy has the numbers that the document shows', () => {
  test('below code in an item, and for a part of a list', async () => {
    const copied = await page.evaluate(async () => {
      edgepad.setLines(
        await edgepad.markdownToLines('1. a\n2. b\n   ```\n   c\n   ```\n3. d\n4. e'),
      );
      const { doc } = edgepad.editor.view.state;
      edgepad.select(1, doc.content.size - 1);
      const whole = edgepad.copy();
      let start = 0;
      doc.forEach((node, offset) => {
        if (node.textContent === 'd') start = offset + 1;
      });
      edgepad.select(start, doc.content.size - 1);
      return { whole, part: edgepad.copy() };
    });
    expect(copied.whole.text).toBe('1. a\n2. b\n  c\n3. d\n4. e');
    expect(copied.whole.html.match(/<ol/g)).toHaveLength(1);
    expect(copied.part.text).toBe('3. d\n4. e');
    expect(copied.part.html).toContain('<ol start="3"');
  });
});
