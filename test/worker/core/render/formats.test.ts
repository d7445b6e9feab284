import { Node } from 'prosemirror-model';
import { describe, expect, test } from 'vitest';
import { schema } from '../../../../protocol/schema.ts';
import { renderJson } from '../../../../worker/core/render/json.ts';
import { renderText } from '../../../../worker/core/render/text.ts';
import { descriptionOf, titleOf } from '../../../../worker/core/render/title.ts';
import { Random } from '../../../support/random.ts';
import {
  bold,
  documentOf,
  element,
  line,
  link,
  randomElements,
  randomLines,
  received,
} from './sample-documents.ts';

describe('plain text', () => {
  test('[R12] renders lines with list markers', () => {
    expect(renderText(documentOf([
      line('A', { kind: 'h1' }),
      line('b\nc'),
      line(''),
      line('d', { kind: 'bullet' }),
      line('e', { kind: 'ordered', indent: 1 }),
      line('f', { kind: 'ordered', indent: 1 }),
      line('g', { kind: 'task', checked: true }),
      line('', { kind: 'task' }),
      element('codeBlock', ['h\n  i']),
      element('horizontalRule'),
    ]))).toBe('A\nb\nc\n\n- d\n  1. e\n  2. f\n[x] g\n[ ]\nh\n  i\n---');
  });

  test('[R12] renders a plain-text document as it was typed', () => {
    const text = '# a\r\n\r\n  b\tc\n';
    const doc = received((doc) => doc.getText('codemirror').insert(0, text));
    expect(renderText(doc)).toBe(text.replaceAll('\r', ''));
  });
});

describe('JSON', () => {
  test('[R13] renders our lines as ProseMirror JSON', () => {
    expect(
      renderJson(documentOf([
        line([bold('a'), element('hardBreak'), link('b', '/c')], { kind: 'task', checked: true }),
        element('codeBlock', ['d'], { language: 'ts', indent: 1 }),
        element('image', [], { src: '/e.png', alt: 'f' }),
        element('horizontalRule'),
        line('g', { kind: 'bullet', indent: 3 }),
      ])).content,
    ).toEqual([
      {
        type: 'paragraph',
        attrs: { kind: 'task', checked: true },
        content: [
          { type: 'text', text: 'a', marks: [{ type: 'bold' }] },
          { type: 'hardBreak' },
          { type: 'text', text: 'b', marks: [{ type: 'link', attrs: { href: '/c' } }] },
        ],
      },
      {
        type: 'codeBlock',
        attrs: { language: 'ts', indent: 1 },
        content: [{ type: 'text', text: 'd' }],
      },
      { type: 'image', attrs: { src: '/e.png', alt: 'f' } },
      { type: 'horizontalRule' },
      {
        type: 'paragraph',
        attrs: { kind: 'bullet', indent: 3 },
        content: [{ type: 'text', text: 'g' }],
      },
    ]);
  });

  test('[R13] renders documents of other editors in our schema', () => {
    const item = (...content: Parameters<typeof element>[1] & object) =>
      element('listItem', content);
    expect(
      renderJson(documentOf([
        element('heading', ['a'], { level: 5 }),
        element('blockquote', [line('b')]),
        element('orderedList', [
          item(line('c'), line('d'), element('bulletList', [item(line('e'))])),
        ]),
      ], 'default')).content?.map(({ attrs, content }) => [content?.[0]?.text, attrs]),
    ).toEqual([
      ['a', { kind: 'h3' }],
      ['b', { kind: 'quote' }],
      ['c', { kind: 'ordered' }],
      ['d', { indent: 1 }],
      ['e', { kind: 'bullet', indent: 1 }],
    ]);
  });

  test('[R13] every document conforms to our schema', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = new Random(seed);
      const doc = documentOf(seed % 2 ? randomLines(random) : randomElements(random));
      Node.fromJSON(schema, renderJson(doc)).check();
    }
    Node.fromJSON(schema, renderJson(documentOf([]))).check();
  });

  test('[R13] nesting keeps every line, kind, level and the order', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = new Random(seed);
      const kinds = [null, 'h2', 'quote', 'bullet', 'ordered', 'task'];
      const lines = Array.from({ length: 12 }, (_, i) => {
        const kind = random.pick(kinds);
        // Headings and quotes have no level.
        const indent = kind === 'h2' || kind === 'quote' ? 0 : random.below(9);
        return { text: `${i}`, attrs: { ...(kind && { kind }), ...(indent && { indent }) } };
      });
      const doc = documentOf(lines.map(({ text, attrs }) => line(text, attrs)));
      expect(
        renderJson(doc).content?.map(({ content, attrs }) => ({
          text: content?.[0]?.text,
          attrs: attrs ?? {},
        })),
        `seed ${seed}`,
      ).toEqual(lines);
    }
  });
});

describe('title and description', () => {
  test('[R14] the title is that of the author, else the first line, else Untitled', () => {
    const titled = received((doc) => doc.getMap('meta').set('title', '  My\n notes '));
    expect(titleOf(titled)).toBe('My notes');
    const blank = received((doc) => doc.getMap('meta').set('title', '  '));
    expect(titleOf(blank)).toBe('Untitled');
    expect(titleOf(documentOf([line(' '), element('horizontalRule'), line('a\nb')]))).toBe('a b');
    expect(titleOf(documentOf([line(''), line('c', { kind: 'bullet' })]))).toBe('c');
    const number = received((doc) => doc.getMap('meta').set('title', 7));
    expect(titleOf(number)).toBe('Untitled');
  });

  test('[R14] title and description are truncated between characters', () => {
    const doc = documentOf([line('👍'.repeat(500)), line('b')]);
    expect(titleOf(doc)).toMatch(/^(👍){59}…$/u);
    expect(descriptionOf(doc)).toMatch(/^(👍)+…$/u);
    expect(descriptionOf(documentOf([line('a', { kind: 'h1' }), line('b')]))).toBe('a b');
    expect(descriptionOf(documentOf([]))).toBe('');
  });
});
