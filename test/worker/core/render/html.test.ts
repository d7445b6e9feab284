import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { renderHtml } from '../../../../worker/core/render/html.ts';
import { bold, documentOf, type Draft, element, line, link, received } from './sample-documents.ts';
import { parseStrictly } from './strict-html.ts';

/** The output of `renderHtml` without line breaks, `dir` attributes and the ids of sections. */
function html(drafts: Parameters<typeof documentOf>[0], root?: string): string {
  const rendered = renderHtml(documentOf(drafts, root));
  parseStrictly(rendered);
  return rendered.replaceAll(/ id="s-[^"]*"|<span id="[^"]*"><\/span>/g, '')
    .replaceAll(' dir="auto"', '').replaceAll(' dir="ltr"', '').replaceAll('\n', '');
}

const bullet = (text: string, indent = 0) => line(text, { kind: 'bullet', indent });
const ordered = (text: string, indent = 0) => line(text, { kind: 'ordered', indent });
const task = (text: string, checked?: boolean) => line(text, { kind: 'task', checked });

describe('lines', () => {
  test('[R3] renders a line by its kind', () => {
    expect(html([line('a'), line('b', { kind: 'h1' }), line('c', { kind: 'h3' })]))
      .toBe('<p>a</p><h1>b</h1><h3>c</h3>');
    expect(html([line('a', { kind: 'h9' }), line('b', { kind: 7 })])).toBe('<p>a</p><p>b</p>');
  });

  test('[R3] blocks have an automatic direction, code is left to right', () => {
    expect(renderHtml(documentOf([line('a'), element('codeBlock', ['b'])])))
      .toBe('<p dir="auto">a</p>\n<pre dir="ltr"><code>b</code></pre>');
  });

  test('[R3] an empty line has a <br> for its height, also after a hard break', () => {
    expect(html([line(''), line(['a', element('hardBreak')])]))
      .toBe('<p><br></p><p>a<br><br></p>');
  });

  test('[R3] a line break in a text becomes a hard break', () => {
    expect(html([line('a\nb\r\nc')])).toBe('<p>a<br>b<br>c</p>');
  });

  test('[R4] adjacent quote lines become one quote', () => {
    const quote = (text: string) => line(text, { kind: 'quote' });
    expect(html([quote('a'), quote('b'), line('c'), quote('d')])).toBe(
      '<blockquote><p>a</p><p>b</p></blockquote><p>c</p><blockquote><p>d</p></blockquote>',
    );
  });

  test('[R3] code keeps its text, and its language when that is a valid name', () => {
    expect(html([element('codeBlock', ['a <b>\n  c'], { language: 'ts' })]))
      .toBe('<pre><code class="language-ts">a &lt;b&gt;  c</code></pre>');
    expect(html([element('codeBlock', ['a'], { language: 'x" onclick="alert(1)' })]))
      .toBe('<pre><code>a</code></pre>');
  });

  test('[R3] text outside of a list keeps its indent, up to 8', () => {
    expect(html([line('a', { indent: 2 }), line('b', { indent: 99 }), line('c', { indent: -1 })]))
      .toBe('<p data-indent="2">a</p><p data-indent="8">b</p><p>c</p>');
  });

  test('[R3] renders rules and images', () => {
    const src = 'https://example.org/a.png?b&c';
    expect(html([element('horizontalRule'), element('image', [], { src, alt: 'A "b"' })])).toBe(
      '<hr><img src="https://example.org/a.png?b&amp;c" alt="A &quot;b&quot;" ' +
        'loading="lazy" referrerpolicy="no-referrer">',
    );
  });

  test('[R3] an image with a forbidden source becomes its description', () => {
    expect(html([element('image', [], { src: 'data:image/png,x', alt: 'A cat' })]))
      .toBe('<p>A cat</p>');
    expect(html([element('image', [], { src: 'http://example.org/pixel' })])).toBe('');
  });
});

describe('lists', () => {
  test('[R4] deeper items are nested in the item above them', () => {
    expect(html([bullet('a'), bullet('b', 1), bullet('c', 2), bullet('d', 1), bullet('e')])).toBe(
      '<ul><li>a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul></li><li>e</li></ul>',
    );
  });

  test('[R4] skipped levels are filled with shells', () => {
    expect(html([ordered('a', 2), ordered('b')])).toBe(
      '<ul><li class="shell"><ul><li class="shell"><ol><li>a</li></ol></li></ul></li></ul>' +
        '<ol><li>b</li></ol>',
    );
    expect(html([bullet('a'), bullet('b', 2)])).toBe(
      '<ul><li>a<ul><li class="shell"><ul><li>b</li></ul></li></ul></li></ul>',
    );
  });

  test('[R4] another kind starts another list', () => {
    expect(html([bullet('a'), ordered('b'), ordered('c', 1), bullet('d', 1), ordered('e')])).toBe(
      '<ul><li>a</li></ul>' +
        '<ol><li>b<ol><li>c</li></ol><ul><li>d</li></ul></li><li>e</li></ol>',
    );
  });

  test('[R4] indented text, code and images belong to the item, and the numbering continues', () => {
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

  test('[R4] a task has a disabled checkbox with a text alternative', () => {
    expect(html([task('a', true), task('b')])).toBe(
      '<ul class="tasks"><li><input type="checkbox" disabled checked aria-label="Done">' +
        '<span>a</span></li>' +
        '<li><input type="checkbox" disabled aria-label="To do"><span>b</span></li></ul>',
    );
    expect(html([line('a', { kind: 'task', checked: 'yes' })])).toContain('To do');
  });
});

describe('marks', () => {
  test('[R5] marks are nested in a fixed order and span adjacent texts', () => {
    const text = [
      { insert: 'a', attributes: { bold: {} } },
      { insert: 'b', attributes: { italic: {}, bold: {} } },
      { insert: 'c', attributes: { code: {}, strike: {}, underline: {} } },
    ];
    expect(html([line([text])])).toBe(
      '<p><strong>a<em>b</em></strong><u><s><code>c</code></s></u></p>',
    );
  });

  test('[R5] the hash in the name of an overlapping mark is ignored', () => {
    const text = [{ insert: 'a', attributes: { 'bold--Zm9vYmFy': {}, 'bold--aaaaaaa=': {} } }];
    expect(html([line([text])])).toBe('<p><strong>a</strong></p>');
  });

  test('[R5] a mark ends with its Y.Text', () => {
    expect(html([line([bold('a'), 'b'])])).toBe('<p><strong>a</strong>b</p>');
  });

  test('[R5] an unknown mark is dropped and its text kept', () => {
    const text = [{ insert: 'a', attributes: { highlight: { color: 'red' }, toString: {} } }];
    expect(html([line([text])])).toBe('<p>a</p>');
  });

  test('[R1] a link with an unsafe address becomes text', () => {
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

  test('[R6] Tiptap: headings, quotes, nested lists, numbers, tasks', () => {
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

  test('[R6] Tiptap: adjacent quotes and lists stay separate', () => {
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

  test('[R6] Tiptap: a table becomes text, one line per row', () => {
    const row = (...cells: string[]) =>
      element('tableRow', cells.map((text) => element('tableCell', [line(text)])));
    expect(html([element('table', [row('a', 'b'), row('c', 'd')])], 'default'))
      .toBe('<p>a | b</p><p>c | d</p>');
  });

  test("[R6] names of ProseMirror's basic schema", () => {
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

  test('[R6] the content of unknown elements is rendered in place', () => {
    expect(html([
      element('details', [element('summary', ['a']), line('b')]),
      line(['c', element('mention', ['d']), 'e']),
    ], 'default')).toBe('<p>a</p><p>b</p><p>cde</p>');
  });

  test('[R6] plain text is rendered line by line', () => {
    const doc = received((doc) => doc.getText('content').insert(0, '# a\n\n  <b>'));
    expect(renderHtml(doc)).toBe(
      '<p class="plain" dir="auto"># a</p>\n<p class="plain" dir="auto"><br></p>\n' +
        '<p class="plain" dir="auto">  &lt;b&gt;</p>',
    );
  });

  test("[R6] reads our root first, then Tiptap's, then texts, and no others", () => {
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

  test('[R6] reading a root does not set its type', () => {
    const doc = received((doc) => doc.getText('lines').insert(0, 'a'));
    renderHtml(doc);
    expect([...doc.share.keys()]).toEqual(['lines']);
    // Throws when the root has another type.
    expect(doc.getText('lines').toString()).toBe('a');
  });
});
