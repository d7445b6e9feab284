import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readDocument, renderers } from '../../../../../worker/core/render/formats.ts';
import { renderHtml } from '../../../../../worker/core/render/html.ts';
import { received } from '../sample-documents.ts';
import { parseStrictly } from '../strict-html.ts';

/**
 * Documents that the editors themselves have written: `@blocknote/core` 0.55.0, `@lexical/yjs` 0.52.0,
 * `@slate-yjs/core` 1.0.2 with `slate` 0.146.0, and `y-quill` 1.0.0 with `quill` 2.0.3.
 */
function documentOf(editor: string): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, readFileSync(new URL(`${editor}.yjs`, import.meta.url)));
  return doc;
}

const start = `# Harbour plan

The **tide** turns at [_six_](https://example.com/tide).`;
const tasks = '- [x] done\n- [ ] open';
const code = (language: string) => `\`\`\`${language}\nconst a = 1;\n  b();\n\`\`\``;
const end = '`x`~~gone~~under';

const markdown: Record<string, readonly string[]> = {
  blocknote: [
    start,
    'second',
    'indented',
    '- one\n  - deeper\n- two',
    '3. third\n4. fourth',
    tasks,
    '> a quote',
    code('javascript'),
    '![The pier](https://example.com/pier.png)',
    'a \\| b',
    'c \\| d',
    '- toggle',
    '___',
    `${end}red`,
  ],
  lexical: [
    `${start}\\\nnext line`,
    'second',
    '- one\n  - deeper\n- two',
    '3. third\n4. fourth',
    tasks,
    '> a quote',
    code('javascript'),
    'a \\| b',
    'c \\| d',
    end,
  ],
  slate: [
    start,
    'second',
    '- one\n- two',
    '1. first\n2. second',
    '> a quote',
    tasks,
    code('js'),
    '![](https://example.com/pier.png)',
    'a \\| b',
    end,
  ],
  quill: [
    start,
    'second',
    '- one\n  - deeper\n- two',
    '1. first\n2. second',
    tasks,
    code('javascript'),
    '> a quote',
    '![](https://example.com/pier.png)',
    'https://example.com/video',
    end,
  ],
};

describe('[R6] a document of another editor renders with its structure', () => {
  test.each(Object.entries(markdown))('%s', (editor, blocks) => {
    const doc = documentOf(editor);
    const content = readDocument(doc);
    expect(renderers.md(content)).toBe(`${blocks.join('\n\n')}\n`);
    expect(content.title).toBe('Harbour plan');
    parseStrictly(renderHtml(doc));
    const text = renderers.txt(content);
    expect(text).toMatch(/six\.\n(next line\n)?second\n/);
    expect(text).toContain('const a = 1;\n  b();');
  });
});

describe('[R6] forms of other editors', () => {
  const html = (write: (doc: Y.Doc) => void) => {
    const rendered = renderHtml(received(write));
    parseStrictly(rendered);
    return rendered.replaceAll(/ dir="\w+"| id="s-[^"]*"|<span id="\w+"><\/span>/g, '')
      .replaceAll('\n', '');
  };

  test('BlockNote: blocks inside a heading and an item belong to them', () => {
    const block = (name: string, text: string, inner: Y.XmlElement[] = []) => {
      const container = new Y.XmlElement('blockContainer');
      const made = new Y.XmlElement(name);
      made.insert(0, [new Y.XmlText(text)]);
      container.insert(0, [made]);
      if (inner.length > 0) container.insert(1, [group(inner)]);
      return container;
    };
    const group = (blocks: Y.XmlElement[]) => {
      const made = new Y.XmlElement('blockGroup');
      made.insert(0, blocks);
      return made;
    };
    expect(html((doc) => {
      doc.getXmlFragment('document-store').insert(0, [group([
        block('heading', 'a', [block('paragraph', 'b')]),
        block('numberedListItem', 'c', [block('paragraph', 'd'), block('numberedListItem', 'e')]),
        block('numberedListItem', 'f'),
      ])]);
    })).toBe(
      '<h1>a</h1><p data-indent="1">b</p>' +
        '<ol><li><p>c</p><p>d</p><ol><li>e</li></ol></li><li>f</li></ol>',
    );
  });

  const node = (type: string, ...content: (string | Y.XmlText)[]) => {
    const made = new Y.XmlText();
    made.setAttribute('type', type);
    made.applyDelta(content.map((insert) => ({ insert })));
    return made;
  };
  const slate = (...nodes: Y.XmlText[]) => (doc: Y.Doc) =>
    nodes.forEach((made, i) => doc.get('content', Y.XmlText).insertEmbed(i, made));

  test('Slate: nodes of unknown types are lines or contain lines', () => {
    expect(html(slate(
      node('callout', node('callout-title', 'a'), node('callout-body', node('p', 'b'))),
      node('custom', 'c ', node('mystery', 'd')),
      node('paragraph'),
    ))).toBe('<p>a</p><p>b</p><p>c d</p><p><br></p>');
  });

  test('Slate: a list inside an item of another list', () => {
    expect(html(slate(
      node('ul', node('li', node('lic', 'a'), node('ol', node('li', node('lic', 'b'))))),
    ))).toBe('<ul><li>a<ol><li>b</li></ol></li></ul>');
  });

  test('Quill: text beside an image, lines without an end, and levels', () => {
    expect(html((doc) => {
      doc.getText('quill').applyDelta([
        { insert: 'a' },
        { insert: { image: 'https://example.com/b.png' } },
        { insert: 'c\n\nd' },
        { insert: '\n', attributes: { list: 'ordered', indent: 1 } },
        { insert: 'e', attributes: { italic: true } },
      ]);
    })).toBe(
      '<p>a</p><img src="https://example.com/b.png" alt="" loading="lazy" ' +
        'referrerpolicy="no-referrer"><p>c</p><p><br></p>' +
        '<ul><li class="shell"><ol><li>d</li></ol></li></ul><p><em>e</em></p>',
    );
  });

  test('addresses of links and images stay safe', () => {
    const rendered = html((doc) => {
      doc.getText('quill').applyDelta([
        { insert: { video: 'javascript:alert(1)' } },
        { insert: { image: 'javascript:alert(1)' } },
        { insert: 'a', attributes: { link: 'javascript:alert(1)' } },
        { insert: '\n' },
      ]);
    }) + html(slate(node('a', 'b')));
    expect(rendered).not.toMatch(/(href|src)=/);
  });
});

describe('[R6] content that only another program can show', () => {
  const doc = received((doc) => doc.getMap('settings').set('pier', 'secret'));

  test('readers get a note, and not the content', () => {
    const content = readDocument(doc);
    for (const format of ['html', 'md', 'txt', 'page'] as const) {
      expect(renderers[format](content)).toContain('only that program can show it');
      expect(renderers[format](content)).not.toContain('secret');
    }
    expect(content.title).toBe('Untitled');
    expect(JSON.parse(renderers.json(content))).toEqual({
      type: 'doc',
      content: [{ type: 'paragraph' }],
    });
  });

  test('a document with a title and no text gets no note', () => {
    const titled = received((doc) => doc.getMap('meta').set('title', 'Title'));
    expect(renderers.md(readDocument(titled))).toBe('# Title\n');
  });
});
