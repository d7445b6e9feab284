import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readBlocks } from '../../../../worker/core/render/blocks.ts';
import { joinRendered, renderBlocks, renderHtml } from '../../../../worker/core/render/html.ts';
import { renderJson } from '../../../../worker/core/render/json.ts';
import { renderMarkdown } from '../../../../worker/core/render/markdown.ts';
import { standaloneHtml } from '../../../../worker/core/render/standalone-html.ts';
import { renderText } from '../../../../worker/core/render/text.ts';
import { descriptionOf, titleOf } from '../../../../worker/core/render/title.ts';
import { Random } from '../../../support/random.ts';
import {
  bold,
  build,
  documentOf,
  element,
  line,
  link,
  randomElements,
  randomLines,
  received,
} from './sample-documents.ts';
import { parseStrictly, textIn } from './strict-html.ts';

/** Renders a document in every format. Throws when the HTML contains anything forbidden. */
function renderAll(doc: Y.Doc) {
  const html = renderHtml(doc);
  const json = JSON.stringify(renderJson(doc));
  parseStrictly(joinRendered(renderBlocks(readBlocks(doc))));
  return {
    html,
    text: textIn(parseStrictly(html)),
    markdown: renderMarkdown(doc),
    plain: renderText(doc),
    json,
    title: titleOf(doc),
    description: descriptionOf(doc),
  };
}

describe('[P8] hostile documents', () => {
  test('[R8] escapes markup in text', () => {
    const text = '<img src=x onerror=alert(1)></p><script>alert("1")</script>';
    const { html, text: rendered, markdown } = renderAll(documentOf([line(text)]));
    expect(html).not.toMatch(/<(img|script)/);
    expect(rendered).toBe(text);
    expect(markdown).not.toMatch(/(^|[^\\])</);
  });

  test('[R8] copies no names of elements or attributes', () => {
    const { html } = renderAll(documentOf([
      element('script', ['alert(1)']),
      element('p onclick="alert(1)"', ['a']),
      element('iframe', [element('style', ['b'])], { src: 'https://example.org' }),
      line('c', { onclick: 'alert(1)', class: 'x', style: 'x', id: 'x', dir: '"><script>' }),
    ]));
    expect(html).toBe(
      ['alert(1)', 'a', 'b', 'c'].map((text) => `<p dir="auto">${text}</p>`).join('\n'),
    );
  });

  test('[R8] replaces invalid attributes by their defaults', () => {
    const level = '1><script>alert(1)</script>';
    const { html } = renderAll(documentOf([
      element('heading', ['a'], { level }),
      element('heading', ['b'], { level: 7 }),
      element('orderedList', [element('listItem', [line('c')])], { start: '1" onclick="alert(1)' }),
      line('d', { kind: { toString: 'bullet' }, indent: '2" onclick="alert(1)' }),
      element('codeBlock', ['e'], { language: 'js"><script>alert(1)</script>' }),
    ]));
    expect(
      html.replaceAll(/ dir="\w+"| id="s-[^"]*"|<span id="\w"><\/span>/g, '').replaceAll('\n', ''),
    ).toBe(
      '<h1>a</h1><h1>b</h1><ol><li>c</li></ol><p>d</p><pre><code>e</code></pre>',
    );
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\u0001javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
  ])('[R1] the address %j is in no format', (href) => {
    const doc = documentOf([
      line([link('words', href)]),
      element('image', [], { src: href, alt: 'a' }),
    ]);
    for (const output of Object.values(renderAll(doc))) {
      expect(output).not.toMatch(/script|data:|alert/i);
    }
  });

  test('[R1] escapes quotes in an address', () => {
    const href = 'https://example.org/" onmouseover="alert(1)';
    const { html } = renderAll(documentOf([line([link('a', href)])]));
    expect(html).toContain('href="https://example.org/&quot;%20onmouseover=&quot;alert(1)"');
  });

  test('[R8] skips null, JSON, binary data, maps and subdocuments in an XML fragment', () => {
    const doc = received((doc) => {
      const fragment = doc.getXmlFragment('lines');
      // The API of Yjs does not allow this, but an update can contain it.
      const anything = fragment as unknown as Y.Array<unknown>;
      Y.Array.prototype.insert.call(anything, 0, [
        null,
        { html: '<b>json</b>' },
        new Uint8Array([1]),
        new Y.Map([['a', 'map']]),
        new Y.Array(),
        new Y.Doc(),
        'a string in an array',
      ]);
      fragment.insert(0, [build(line('words'))]);
      const paragraph = fragment.get(0) as Y.XmlElement;
      Y.Array.prototype.insert.call(paragraph as unknown as Y.Array<unknown>, 0, [
        null,
        new Y.Map(),
      ]);
      (paragraph.get(2) as Y.XmlText).insertEmbed(0, { html: '<b>embed</b>' });
      (paragraph.get(2) as Y.XmlText).insertEmbed(1, new Y.Map([['a', 'map']]));
    });
    expect(renderAll(doc).html).toBe('<p dir="auto">words</p>');
  });

  test('[R8] reads types by their class where the schema has another', () => {
    const doc = received((doc) => {
      const fragment = doc.getXmlFragment('lines');
      const inner = new Y.XmlFragment() as unknown as Y.XmlElement;
      fragment.push([inner, new Y.XmlHook('hook') as unknown as Y.XmlElement]);
      inner.push([build(line('in a fragment')), new Y.Text('in a text') as Y.XmlText]);
    });
    expect(renderAll(doc).plain).toBe('in a fragment\nin a text');
  });

  test('[R8] __proto__ is a name without a meaning', () => {
    const doc = received((doc) => {
      const fragment = doc.getXmlFragment('lines');
      const [attributes, attribute] = [{ ['__proto__']: { bold: {} } }, { href: 'x' }];
      fragment.push([build(line([[{ insert: 'a', attributes }]]))]);
      (fragment.get(0) as Y.XmlElement<{ __proto__: string }>)
        .setAttribute('__proto__', attribute as unknown as string);
      fragment.push([build(element('__proto__', ['b'])), build(element('constructor', ['c']))]);
      doc.getMap('meta').set('__proto__', { title: 'no' });
    });
    const { html, title } = renderAll(doc);
    expect(html).toBe('<p dir="auto">a</p>\n<p dir="auto">b</p>\n<p dir="auto">c</p>');
    expect(title).toBe('a');
    expect(({} as { bold?: unknown }).bold).toBeUndefined();
  });

  test.each([
    ['blockquote', 5000],
    ['bulletList', 500],
    ['paragraph', 500],
    ['unknown', 500],
    ['table', 500],
  ])(
    '[R8] renders nested %s, %i levels deep, up to level 64 and keeps the text',
    (name, depth) => {
      const author = new Y.Doc();
      let innermost: Y.XmlFragment = author.getXmlFragment('lines');
      const doc = new Y.Doc();
      author.on('update', (update: Uint8Array) => Y.applyUpdate(doc, update));
      for (let i = 0; i < depth; i++) {
        const deeper = new Y.XmlElement(name);
        innermost.insert(0, [deeper]);
        innermost = deeper;
      }
      innermost.insert(0, [build(line('words'))]);
      const { html, text, plain, markdown } = renderAll(doc);
      expect(text).toBe('words');
      expect(plain).toContain('words');
      expect(markdown).toContain('words');
      expect(html.match(/<(blockquote|ul)/g)?.length ?? 0).toBeLessThanOrEqual(64);
    },
    240_000,
  );

  test('[R8] renders texts nested 500 levels deep', () => {
    const author = new Y.Doc();
    let innermost: Y.Text = new Y.XmlText();
    author.getXmlFragment('lines').insert(0, [innermost as Y.XmlText]);
    const doc = new Y.Doc();
    author.on('update', (update: Uint8Array) => Y.applyUpdate(doc, update));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(author));
    for (let i = 0; i < 500; i++) {
      const deeper = new Y.XmlText();
      innermost.insertEmbed(0, deeper);
      innermost = deeper;
    }
    innermost.insert(0, 'words');
    expect(renderAll(doc).text).toBe('words');
  });

  test('[R8] renders many backticks, many marks and a long line', () => {
    const ticks = '`a'.repeat(200_000);
    const { markdown } = renderAll(documentOf([
      element('codeBlock', [ticks]),
      line([[{ insert: ticks, attributes: { code: {} } }]]),
      line(Array.from({ length: 5000 }, (_, i) => i % 2 ? bold('b') : 'a')),
    ]));
    expect(markdown).toContain(ticks);
  });

  test('[R8] a link over many lines of plain text is not repeated for each', () => {
    const doc = received((doc) => {
      const text = doc.getText('content');
      text.insert(0, '\n'.repeat(1000), {
        link: { href: `https://example.org/${'a'.repeat(2000)}` },
      });
    });
    expect(renderAll(doc).html.length).toBeLessThan(100_000);
  });

  test('[R8] renders a root by its content, whatever its class', () => {
    const text = received((doc) => doc.getText('lines').insert(0, 'only text'));
    expect(renderAll(text).html).toBe('<p class="plain" dir="auto">only text</p>');
    const map = received((doc) => doc.getMap('lines').set('a', 'b'));
    expect(renderAll(map).html).toBe('');
    const array = received((doc) => doc.getArray('lines').push([null, 'a', new Y.Map()]));
    expect(renderAll(array).html).toBe('');
    const meta = received((doc) => doc.getText('meta').insert(0, 'title'));
    expect(renderAll(meta).title).toBe('Untitled');
  });

  test('[R8] renders random content in every format, with balanced HTML of allowed elements', () => {
    for (let seed = 0; seed < 600; seed++) {
      const random = new Random(seed);
      const drafts = seed % 3 === 0 ? randomLines(random) : randomElements(random);
      const doc = documentOf(drafts, random.pick(['lines', 'default']));
      const { json } = renderAll(doc);
      for (const [, address] of json.matchAll(/"(?:href|src)":"([^"]*)"/g)) {
        expect(address, `seed ${seed}`).toMatch(/^(https:|\/b\.png)/);
      }
    }
  });

  test('[R8] escapes the title of a page', () => {
    const page = standaloneHtml({
      title: '</title><script>alert(1)</script>',
      language: null,
      html: '',
    });
    expect(page).toContain('<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
  });
});

describe('deleted content', () => {
  test('[P6] deleted text, lines, marks, attributes and titles are in no format', () => {
    const doc = new Y.Doc({ gc: false });
    const fragment = doc.getXmlFragment('lines');
    fragment.push([
      build(line('kept secret')),
      build(line('secret')),
      build(line([link('a', 'https://secret.example')])),
      build(element('codeBlock', ['x'], { language: 'secret' })),
      build(element('image', [], { src: 'https://example.org/a', alt: 'secret' })),
    ]);
    doc.getMap('meta').set('title', 'secret');
    doc.getMap('meta').set('title', 'Kept');
    ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).delete(4, 7);
    ((fragment.get(2) as Y.XmlElement).get(0) as Y.XmlText).format(0, 1, { link: null });
    (fragment.get(3) as Y.XmlElement).removeAttribute('language');
    (fragment.get(4) as Y.XmlElement).setAttribute('alt', 'kept');
    fragment.delete(1, 1);
    const rendered = renderAll(doc);
    expect(rendered.title).toBe('Kept');
    for (const output of Object.values(rendered)) expect(output).not.toContain('secret');
    doc.getMap('meta').delete('title');
    expect(titleOf(doc)).toBe('kept');
  });

  test('[P6] a plain text that was deleted renders as nothing', () => {
    const doc = new Y.Doc({ gc: false });
    doc.getText('content').insert(0, 'secret');
    doc.getText('content').delete(0, 6);
    expect(renderAll(doc).html).toBe('');
    expect(titleOf(doc)).toBe('Untitled');
  });

  test('[P6] rendering does not change the document', () => {
    const doc = documentOf(randomElements(new Random(7)));
    const before = Y.encodeStateAsUpdate(doc);
    renderAll(doc);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  });
});
