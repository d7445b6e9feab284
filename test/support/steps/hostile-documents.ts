import * as Y from 'yjs';
import {
  build,
  type Delta,
  type Draft,
  element,
  line,
  received,
} from '../../worker/core/render/sample-documents.ts';

function documentWith(drafts: readonly Draft[]): Y.Doc {
  return received((doc) => doc.getXmlFragment('lines').insert(0, drafts.map(build)));
}

/** Nests a draft in elements of these names, the first one outermost. */
function nested(names: readonly string[], inner: Draft, attributes = {}): Draft {
  return names.reduceRight((content, name) => element(name, [content], attributes), inner);
}

const marked = (text: string, attributes: object): Delta => [{ insert: text, attributes }];

/** A document with a text wherever text can be. */
export function documentOfText(text: string): Y.Doc {
  const part = text.slice(0, text.length / 9);
  return received((doc) => {
    doc.getXmlFragment('lines').insert(
      0,
      [
        line(part),
        line([marked(part, { bold: {} })]),
        line([marked(`a${part}a`, { code: {} })]),
        line([marked(` ${part} `, { code: {} })]),
        element('heading', [part], { level: 2 }),
        element('codeBlock', [part]),
        element('image', [], { src: '/a', alt: part, title: part }),
        nested(['blockquote', 'bulletList', 'listItem'], line(`a${part}a`)),
      ].map(build),
    );
    doc.getMap('meta').set('title', part);
  });
}

const href = `https://example.org/${'"'.repeat(400)}`;

/** Documents that are small and take long to render, by about their number of characters. */
export const hostileDocuments: Readonly<Record<string, (size: number) => Y.Doc>> = {
  'hard breaks in a link': (size) =>
    documentWith([line([marked('a\n'.repeat(size / 2), { link: { href } })])]),
  'hard breaks in a link, without text': (size) =>
    documentWith([line([marked('\n'.repeat(size), { link: { href } })])]),
  'texts of different marks in a link': (size) =>
    documentWith([line([
      Array.from({ length: size / 16 }, (_, i) => ({
        insert: 'a',
        attributes: { link: { href }, ...(i % 2 && { bold: {} }) },
      })),
    ])]),
  'texts inside a link': (size) =>
    received((doc) => {
      const text = new Y.XmlText();
      doc.getXmlFragment('lines').insert(0, [new Y.XmlElement('paragraph')]);
      (doc.getXmlFragment('lines').get(0) as Y.XmlElement).insert(0, [text]);
      const [attributes, letter] = [{ link: { href } }, { insert: 'a' }];
      text.applyDelta(Array.from({ length: size / 32 }, (_, i) => {
        const part = i % 2 ? letter : { insert: new Y.XmlText('b') };
        return { ...part, attributes };
      }));
    }),
  'marks of every type around each character': (size) =>
    documentWith([line([
      Array.from({ length: size / 64 }, (_, i) => ({
        insert: 'a\n',
        attributes: i % 2
          ? { bold: {}, italic: {}, underline: {}, strike: {}, code: {} }
          : { italic: {} },
      })),
    ])]),
  'blanks with marks': (size) =>
    documentWith([line([
      Array.from({ length: size / 32 }, (_, i) => ({
        insert: ' ',
        attributes: [{ bold: {} }, { italic: {} }, { strike: {} }][i % 3] ?? {},
      })),
    ])]),
  'overlapping formats': (size) =>
    documentWith([line([
      Array.from({ length: size / 64 }, (_, i) => ({
        insert: 'a',
        attributes: Object.fromEntries(
          Array.from({ length: Math.min(i, 100) }, (_, j) => [
            `bold--${String(j).padStart(8, '0')}`,
            {},
          ]),
        ),
      })),
    ].map((delta) => delta.slice(0, 400)))]),
  'formats that never end': (size) =>
    received((doc) => {
      const text = new Y.XmlText();
      doc.getXmlFragment('lines').insert(0, [new Y.XmlElement('paragraph')]);
      (doc.getXmlFragment('lines').get(0) as Y.XmlElement).insert(0, [text]);
      // From the end to the start: every format covers all that follows.
      for (let i = size / 64; i > 0; i--) {
        text.insert(0, 'a', { [`italic--${String(i).padStart(8, '0')}`]: {} });
      }
    }),
  'line breaks in code, in nested quotes': (size) =>
    documentWith([nested(
      Array.from({ length: 60 }, () => 'blockquote'),
      element('codeBlock', ['\n'.repeat(size)]),
    )]),
  'short lines of code, in nested lists': (size) =>
    documentWith([nested(
      Array.from({ length: 60 }, (_, i) => i % 2 ? 'listItem' : 'orderedList'),
      element('codeBlock', ['a\n'.repeat(size / 2)]),
      { start: 999_999_999 },
    )]),
  'short lines in nested lists': (size) =>
    documentWith([nested(
      Array.from({ length: 60 }, (_, i) => i % 2 ? 'listItem' : 'bulletList'),
      element('div', Array.from({ length: size / 32 }, () => line('a'))),
    )]),
  'list lines that skip levels': (size) =>
    documentWith(
      Array.from({ length: size / 32 }, (_, i) =>
        line('a', i % 2 ? {} : { kind: 'bullet', indent: 8 })),
    ),
  'list lines of changing style': (size) =>
    documentWith(
      Array.from({ length: size / 32 }, (_, i) =>
        line('', { kind: i % 2 ? 'bullet' : 'ordered', indent: i % 9 })),
    ),
  'one wide table row': (size) =>
    documentWith([
      element('tableRow', Array.from({ length: size / 32 }, () => element('tableCell', ['a']))),
    ]),
  'empty lines of plain text': (size) =>
    received((doc) => doc.getText('content').insert(0, '\n'.repeat(size))),
  'form feeds in plain text': (size) =>
    received((doc) => doc.getText('content').insert(0, `a\n${'\f'.repeat(size)}`)),
  'an element with a long name': (size) => documentWith([element('_a'.repeat(size / 2), ['text'])]),
  'a format with a long name': (size) =>
    documentWith([line([marked('text', { ['-'.repeat(size)]: {} })])]),
  'links to many addresses': (size) =>
    documentWith([line([
      Array.from({ length: size / 2048 }, (_, i) => ({
        insert: 'a',
        attributes: { link: { href: `x${' '.repeat(2030)}${i}` } },
      })),
    ])]),
  'line breaks of a list, in a text with formats': (size) =>
    received((doc) => {
      doc.getText('quill').insert(0, '\n'.repeat(size), { list: 'bullet', indent: 8 });
    }),
  'texts of different formats in a link of Slate': (size) =>
    received((doc) => {
      const link = nodeOf({ type: 'link', url: href });
      link.applyDelta(Array.from({ length: size / 16 }, (_, i) => ({
        insert: 'a',
        attributes: i % 2 ? { bold: true } : {},
      })));
      doc.get('content', Y.XmlText).insertEmbed(0, link);
    }),
  'lists inside lists of Lexical': (size) =>
    received((doc) => {
      const items = Array.from({ length: size / 64 }, () => nodeOf({ __type: 'listitem' }));
      let list = nodeOf({ __type: 'list' }, items);
      for (let depth = 0; depth < 28; depth++) {
        list = nodeOf({ __type: 'list' }, [nodeOf({ __type: 'listitem' }, [list])]);
      }
      doc.get('root', Y.XmlText).insertEmbed(0, list);
    }),
  'lines in nested groups of BlockNote': (size) =>
    received((doc) => {
      const lines = Array.from({ length: size / 64 }, () => element('bulletListItem', ['a']));
      const groups = nested(
        Array.from({ length: 56 }, (_, i) => i % 2 ? 'blockContainer' : 'blockGroup'),
        element('blockGroup', lines),
      );
      doc.getXmlFragment('document-store').insert(0, [build(groups)]);
    }),
};

/** A node of Slate or Lexical. */
function nodeOf(attributes: Record<string, string>, content: readonly Y.XmlText[] = []): Y.XmlText {
  const node = new Y.XmlText();
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.applyDelta(content.map((insert) => ({ insert })));
  return node;
}
