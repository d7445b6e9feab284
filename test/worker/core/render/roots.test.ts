import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { renderRoots } from '../../../../worker/core/render/roots.ts';
import { received } from './sample-documents.ts';

const roots = (write: (doc: Y.Doc) => void) => JSON.parse(renderRoots(received(write)));

test('[R6] all roots as JSON: elements, text with formats, maps and arrays', () => {
  expect(roots((doc) => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.setAttribute('kind', 'h1');
    const text = new Y.XmlText();
    text.applyDelta([{ insert: 'a ' }, { insert: 'b', attributes: { bold: true } }]);
    paragraph.insert(0, [text]);
    doc.getXmlFragment('lines').insert(0, [paragraph]);
    doc.getText('quill').insertEmbed(0, { image: '/a.png' }, { width: 3 });
    const inner = new Y.Array<unknown>();
    inner.push([1, { deep: [null] }]);
    inner.push([new Uint8Array([1, 255])]);
    inner.push([{ big: 12n }]);
    doc.getMap('settings').set('old', 1);
    doc.getMap('settings').set('list', inner);
    doc.getMap('settings').delete('old');
    doc.getArray('tags').push(['x']);
    doc.getArray('tags').push([new Y.Map([['y', true]])]);
  })).toEqual({
    roots: {
      lines: {
        content: [{
          type: 'element',
          name: 'paragraph',
          content: [{
            type: 'text',
            content: [{ text: 'a ' }, { text: 'b', formats: { bold: true } }],
          }],
          entries: { kind: { value: 'h1' } },
        }],
      },
      quill: { content: [{ embed: { image: '/a.png' }, formats: { width: 3 } }] },
      settings: {
        entries: {
          list: {
            type: 'array',
            content: [{ value: 1 }, { value: { deep: [null] } }, { value: '01ff' }, {
              value: { big: '12' },
            }],
          },
        },
      },
      tags: {
        content: [{ value: 'x' }, { type: 'map', entries: { y: { value: true } } }],
      },
    },
  });
});

test('[R6] leaves out formats that would make the output too large, and says so', () => {
  const rendered = renderRoots(received((doc) => {
    const text = doc.getText('quill');
    text.applyDelta(Array.from({ length: 4000 }, (_, i) => ({
      insert: 'ab',
      attributes: { long: 'x'.repeat(2000), ...(i % 2 === 0 && { even: true }) },
    })));
  }));
  expect(rendered.length).toBeLessThan(5_000_000);
  const { roots: { quill }, truncated } = JSON.parse(rendered);
  expect(truncated).toBe(true);
  expect(quill.content.map(({ text }: { text: string }) => text).join('')).toBe('ab'.repeat(4000));
});

test('[R6] does not set the types of roots', () => {
  const doc = received((doc) => doc.getText('notes').insert(0, 'a'));
  renderRoots(doc);
  expect(doc.getText('notes').toString()).toBe('a');
});
