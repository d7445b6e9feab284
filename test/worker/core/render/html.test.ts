import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readBlocks } from '../../../../worker/core/render/blocks.ts';
import { joinRendered, renderBlocks, renderHtml } from '../../../../worker/core/render/html.ts';
import { Random } from '../../../support/random.ts';
import {
  bold,
  copyOf,
  documentOf,
  type Draft,
  element,
  line,
  link,
  randomElements,
  randomLines,
  received,
} from './sample-documents.ts';
import { parseStrictly } from './strict-html.ts';

/** What `renderHtml` writes for these lines, without what all blocks have. */
function html(drafts: Parameters<typeof documentOf>[0], root?: string): string {
  const rendered = renderHtml(documentOf(drafts, root));
  parseStrictly(rendered);
  return rendered.replaceAll(' dir="auto"', '').replaceAll(' dir="ltr"', '').replaceAll('\n', '');
}

const bullet = (text: string, indent = 0) => line(text, { kind: 'bullet', indent });
const ordered = (text: string, indent = 0) => line(text, { kind: 'ordered', indent });
const task = (text: string, checked?: boolean) => line(text, { kind: 'task', checked });

describe('lines', () => {
  test('R3 a line is what its kind says', () => {
    expect(html([line('a'), line('b', { kind: 'h1' }), line('c', { kind: 'h3' })]))
      .toBe('<p>a</p><h1>b</h1><h3>c</h3>');
    expect(html([line('a', { kind: 'h9' }), line('b', { kind: 7 })])).toBe('<p>a</p><p>b</p>');
  });

  test('R3 every block finds its own direction, and code is written from left to right', () => {
    expect(renderHtml(documentOf([line('a'), element('codeBlock', ['b'])])))
      .toBe('<p dir="auto">a</p>\n<pre dir="ltr"><code>b</code></pre>');
  });

  test('R3 an empty line keeps its height, also after a hard break', () => {
    expect(html([line(''), line(['a', element('hardBreak')])]))
      .toBe('<p><br></p><p>a<br><br></p>');
  });

  test('R3 a line break within a text is a hard break', () => {
    expect(html([line('a\nb\r\nc')])).toBe('<p>a<br>b<br>c</p>');
  });

  test('R4 neighbouring quote lines are one quote', () => {
    const quote = (text: string) => line(text, { kind: 'quote' });
    expect(html([quote('a'), quote('b'), line('c'), quote('d')])).toBe(
      '<blockquote><p>a</p><p>b</p></blockquote><p>c</p><blockquote><p>d</p></blockquote>',
    );
  });

  test('R3 code keeps its text, and its language where that is a name', () => {
    expect(html([element('codeBlock', ['a <b>\n  c'], { language: 'ts' })]))
      .toBe('<pre><code class="language-ts">a &lt;b&gt;  c</code></pre>');
    expect(html([element('codeBlock', ['a'], { language: 'x" onclick="alert(1)' })]))
      .toBe('<pre><code>a</code></pre>');
  });

  test('R3 text outside of a list keeps its indent, at most 8', () => {
    expect(html([line('a', { indent: 2 }), line('b', { indent: 99 }), line('c', { indent: -1 })]))
      .toBe('<p data-indent="2">a</p><p data-indent="8">b</p><p>c</p>');
  });

  test('R3 rules and images stand for themselves', () => {
    const src = 'https://example.org/a.png?b&c';
    expect(html([element('horizontalRule'), element('image', [], { src, alt: 'A "b"' })])).toBe(
      '<hr><img src="https://example.org/a.png?b&amp;c" alt="A &quot;b&quot;" ' +
        'loading="lazy" referrerpolicy="no-referrer">',
    );
  });

  test('R3 an image that may not be loaded leaves its description', () => {
    expect(html([element('image', [], { src: 'data:image/png,x', alt: 'A cat' })]))
      .toBe('<p>A cat</p>');
    expect(html([element('image', [], { src: 'http://example.org/pixel' })])).toBe('');
  });
});

describe('lists', () => {
  test('R4 deeper items stand in the item above them', () => {
    expect(html([bullet('a'), bullet('b', 1), bullet('c', 2), bullet('d', 1), bullet('e')])).toBe(
      '<ul><li>a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul></li><li>e</li></ul>',
    );
  });

  test('R4 a jump over levels is filled with shells', () => {
    expect(html([ordered('a', 2), ordered('b')])).toBe(
      '<ul><li class="shell"><ul><li class="shell"><ol><li>a</li></ol></li></ul></li></ul>' +
        '<ol><li>b</li></ol>',
    );
    expect(html([bullet('a'), bullet('b', 2)])).toBe(
      '<ul><li>a<ul><li class="shell"><ul><li>b</li></ul></li></ul></li></ul>',
    );
  });

  test('R4 another kind begins another list', () => {
    expect(html([bullet('a'), ordered('b'), ordered('c', 1), bullet('d', 1), ordered('e')])).toBe(
      '<ul><li>a</li></ul>' +
        '<ol><li>b<ol><li>c</li></ol><ul><li>d</li></ul></li><li>e</li></ol>',
    );
  });

  test('R4 indented text, code and images go on with the item, and the numbers with them', () => {
    expect(html([ordered('a'), line('b', { indent: 1 }), ordered('c')])).toBe(
      '<ol><li><p>a</p><p>b</p></li><li>c</li></ol>',
    );
    expect(html([ordered('a'), element('codeBlock', ['b'], { indent: 1 }), ordered('c')])).toBe(
      '<ol><li><p>a</p><pre><code>b</code></pre></li><li>c</li></ol>',
    );
    expect(html([ordered('a'), line('b'), ordered('c')])).toBe(
      '<ol><li>a</li></ol><p>b</p><ol><li>c</li></ol>',
    );
  });

  test('R4 a task has a box that cannot be pressed and says in words whether it is done', () => {
    expect(html([task('a', true), task('b')])).toBe(
      '<ul class="tasks"><li><input type="checkbox" disabled checked aria-label="Done">' +
        '<span>a</span></li>' +
        '<li><input type="checkbox" disabled aria-label="To do"><span>b</span></li></ul>',
    );
    expect(html([line('a', { kind: 'task', checked: 'yes' })])).toContain('To do');
  });
});

describe('marks', () => {
  test('R5 marks enclose each other in one order, and reach as far as they hold', () => {
    const text = [
      { insert: 'a', attributes: { bold: {} } },
      { insert: 'b', attributes: { italic: {}, bold: {} } },
      { insert: 'c', attributes: { code: {}, strike: {}, underline: {} } },
    ];
    expect(html([line([text])])).toBe(
      '<p><strong>a<em>b</em></strong><u><s><code>c</code></s></u></p>',
    );
  });

  test('R5 a mark that overlaps with its like is known without its hash', () => {
    const text = [{ insert: 'a', attributes: { 'bold--Zm9vYmFy': {}, 'bold--aaaaaaa=': {} } }];
    expect(html([line([text])])).toBe('<p><strong>a</strong></p>');
  });

  test('R5 a mark ends with its text', () => {
    expect(html([line([bold('a'), 'b'])])).toBe('<p><strong>a</strong>b</p>');
  });

  test('R5 a mark we do not know leaves its words', () => {
    const text = [{ insert: 'a', attributes: { highlight: { color: 'red' }, toString: {} } }];
    expect(html([line([text])])).toBe('<p>a</p>');
  });

  test('R1 a link leads to a safe address, or is none', () => {
    expect(html([line([link('a', 'https://example.org/?a&b"')])])).toBe(
      '<p><a href="https://example.org/?a&amp;b&quot;" rel="noopener noreferrer nofollow ugc">' +
        'a</a></p>',
    );
    for (
      const href of ['javascript:alert(1)', ' JAVA\tSCRIPT:1', 'data:text/html,x', 7, null, {}]
    ) {
      expect(html([line([link('a', href)])])).toBe('<p>a</p>');
    }
  });
});

describe('documents of other editors', () => {
  const item = (...content: Draft[]) => element('listItem', content);

  test('R6 Tiptap: headings, quotes, lists in lists, numbers, tasks', () => {
    expect(html([
      element('heading', ['a'], { level: 2 }),
      element('blockquote', [line('b'), element('bulletList', [item(line('c'))])]),
      element('orderedList', [item(line('d'), element('bulletList', [item(line('e'))]))], {
        start: 3,
      }),
      element('taskList', [element('taskItem', [line('f')], { checked: true })]),
    ], 'default')).toBe(
      '<h2>a</h2><blockquote><p>b</p><ul><li>c</li></ul></blockquote>' +
        '<ol start="3"><li>d<ul><li>e</li></ul></li></ol>' +
        '<ul class="tasks"><li><input type="checkbox" disabled checked aria-label="Done">' +
        '<span>f</span></li></ul>',
    );
  });

  test('R6 Tiptap: neighbouring quotes and lists stay apart', () => {
    expect(html([
      element('blockquote', [line('a')]),
      element('blockquote', [line('b')]),
      element('bulletList', [item(line('c'))]),
      element('bulletList', [item(line('d'))]),
    ], 'default')).toBe(
      '<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>' +
        '<ul><li>c</li></ul><ul><li>d</li></ul>',
    );
  });

  test('R6 Tiptap: a table is shown as text, a row to a line', () => {
    const row = (...cells: string[]) =>
      element('tableRow', cells.map((text) => element('tableCell', [line(text)])));
    expect(html([element('table', [row('a', 'b'), row('c', 'd')])], 'default'))
      .toBe('<p>a | b</p><p>c | d</p>');
  });

  test("R6 names of ProseMirror's basic schema", () => {
    const text = [{ insert: 'c', attributes: { strong: true, em: true } }];
    expect(html([
      element('code_block', ['a']),
      element('bullet_list', [element('list_item', [line('b')])]),
      line([text, element('hard_break'), 'd']),
    ], 'prosemirror')).toBe(
      '<pre><code>a</code></pre><ul><li>b</li></ul>' +
        '<p><strong><em>c</em></strong><br>d</p>',
    );
  });

  test('R6 what is not known is taken apart, and its words stay in their place', () => {
    expect(html([
      element('details', [element('summary', ['a']), line('b')]),
      line(['c', element('mention', ['d']), 'e']),
    ], 'default')).toBe('<p>a</p><p>b</p><p>cde</p>');
  });

  test('R6 a text without structure is shown line by line', () => {
    const doc = received((doc) => doc.getText('content').insert(0, '# a\n\n  <b>'));
    expect(renderHtml(doc)).toBe(
      '<p class="plain" dir="auto"># a</p>\n<p class="plain" dir="auto"><br></p>\n' +
        '<p class="plain" dir="auto">  &lt;b&gt;</p>',
    );
  });

  test("R6 our own root is read first, then Tiptap's, then texts; others are nobody's business", () => {
    const doc = received((doc) => {
      doc.getText('content').insert(0, 'text');
      doc.getText('private').insert(0, 'private');
    });
    expect(renderHtml(doc)).toContain('text');
    doc.getXmlFragment('default').push([new Y.XmlElement('heading')]);
    expect(renderHtml(doc)).toBe('<h1 dir="auto"><br></h1>');
    doc.getXmlFragment('lines').push([new Y.XmlElement('paragraph')]);
    expect(renderHtml(doc)).toBe('<p dir="auto"><br></p>');
    expect(renderHtml(received((doc) => doc.getText('private').insert(0, 'private')))).toBe('');
  });

  test('R6 looking at a root does not give it a type', () => {
    const doc = received((doc) => doc.getText('lines').insert(0, 'a'));
    renderHtml(doc);
    expect([...doc.share.keys()]).toEqual(['lines']);
    // Would throw if it had been asked for as an XML fragment.
    expect(doc.getText('lines').toString()).toBe('a');
  });
});

describe('parts', () => {
  const partsOf = (doc: Y.Doc) => renderBlocks(readBlocks(doc));
  const keysOf = (doc: Y.Doc) => partsOf(doc).map(({ key }) => key);

  test('R7 each part is one element with a key of its own, and together they are the document', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = new Random(seed);
      const doc = documentOf(seed % 2 ? randomLines(random) : randomElements(random));
      const parts = partsOf(doc);
      for (const { key, open, close } of parts) {
        const html = open + close;
        // An item alone is no HTML of its own.
        const [element, ...others] = parseStrictly(
          html.startsWith('<li') ? `<ul>${html}</ul>` : html,
        );
        expect(others).toEqual([]);
        const own = html.startsWith('<li') ? element?.children[0] : element;
        expect(typeof own === 'object' && own.attributes.get('data-key')).toBe(key);
      }
      expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length);
      // Between the blocks stands a line break, and in code there are some.
      expect(joinRendered(parts).replaceAll(/ data-key="[^"]*"|\n/g, ''))
        .toBe(renderHtml(doc).replaceAll('\n', ''));
    }
  });

  test('R7 typing, a change of kind and other lines leave a key as it is', () => {
    const doc = documentOf([line('a'), line('b'), line('c')]);
    const before = partsOf(doc);
    const fragment = doc.getXmlFragment('lines');
    const second = fragment.get(1) as Y.XmlElement;
    second.setAttribute('kind', 'h2');
    (second.get(0) as Y.XmlText).insert(1, '!');
    fragment.insert(0, [new Y.XmlElement('paragraph')]);
    fragment.delete(3, 1);
    const after = partsOf(copyOf(doc));
    expect(after.map(({ key }) => key).slice(1)).toEqual(before.map(({ key }) => key).slice(0, 2));
    expect(after[1]).toEqual(before[0]);
    expect(after[2]?.open).toBe(`<h2 data-key="${before[1]?.key}" dir="auto">b!`);
  });

  test('R7 a list is as many parts as it has items, however they are nested', () => {
    const doc = documentOf([line('a'), bullet('b'), bullet('c', 1), line('d')]);
    expect(
      partsOf(doc).map(({ depth, open, close }) => [
        depth,
        (open + close).replaceAll(/ (data-key|dir)="[^"]*"/g, ''),
      ]),
    ).toEqual([
      [0, '<p>a</p>'],
      [0, '<ul></ul>'],
      [1, '<li>b</li>'],
      [2, '<ul></ul>'],
      [3, '<li>c</li>'],
      [0, '<p>d</p>'],
    ]);
  });

  test('R7 typing in a line of a plain text leaves all keys as they are', () => {
    const doc = received((doc) => doc.getText('content').insert(0, 'a\nb\nc'));
    const before = keysOf(doc);
    doc.getText('content').insert(2, 'before b');
    expect(keysOf(doc)).toEqual(before);
    doc.getText('content').insert(4, '\n');
    expect(keysOf(doc)).toEqual([
      ...before.slice(0, 2),
      expect.not.stringMatching(before.join('|')),
      ...before.slice(2),
    ]);
  });
});
