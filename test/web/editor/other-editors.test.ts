import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { removeUnsupportedContent } from '../../../web/editor/model/remove-unsupported-content.ts';
import { findUnsupportedContent } from '../../../web/editor/model/unsupported-content.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';
import { element, line } from './yjs-elements.ts';

/** What other editors write to an empty document, each in its own root. */
const otherEditors: Record<string, { root: string; write(doc: Y.Doc): void }> = {
  'Tiptap': {
    root: 'default',
    write(doc) {
      const heading = element('heading', [new Y.XmlText('Title')]);
      const list = element('bulletList', [element('listItem', [line('item')])]);
      doc.getXmlFragment('default').insert(0, [heading, list]);
    },
  },
  'BlockNote': {
    root: 'document-store',
    write(doc) {
      const container = element('blockContainer', [line('item')]);
      doc.getXmlFragment('document-store').insert(0, [element('blockGroup', [container])]);
    },
  },
  'a root of any name': { root: 'notes', write: (doc) => doc.getText('notes').insert(0, 'a') },
  'y-prosemirror': {
    root: 'prosemirror',
    write: (doc) => doc.getXmlFragment('prosemirror').insert(0, [line('text')]),
  },
  'CodeMirror': { root: 'codemirror', write: (doc) => doc.getText('codemirror').insert(0, 'a') },
  'a plain text': { root: 'content', write: (doc) => doc.getText('content').insert(0, '# a') },
  'Monaco': { root: 'monaco', write: (doc) => doc.getText('monaco').insert(0, 'a') },
  'Quill': {
    root: 'quill',
    write: (doc) => doc.getText('quill').applyDelta([{ insert: 'a', attributes: { header: 1 } }]),
  },
  'Lexical': {
    root: 'root',
    write(doc) {
      const paragraph = new Y.XmlText();
      paragraph.insert(0, 'text');
      doc.get('root', Y.XmlText).insertEmbed(0, paragraph);
    },
  },
};

describe('[E6] finds the text of another editor', () => {
  test.each(Object.entries(otherEditors))('%s', (_name, { root, write }) => {
    const written = new Y.Doc();
    write(written);
    // As it arrives from the network: the root has no type yet.
    const doc = new Y.Doc();
    exchange(written, doc);
    const before = Y.encodeStateAsUpdate(doc);
    expect(findUnsupportedContent(doc)).toContain(`"${root}"`);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
    exchange(written, doc);
    const again = new Y.Doc();
    Y.applyUpdate(again, Y.encodeStateAsUpdate(doc));
    expect(Y.encodeStateAsUpdate(again)).toEqual(before);
  });

  test('ignores an empty paragraph and deleted text of another editor', () => {
    const doc = new Y.Doc();
    const paragraph = element('paragraph');
    paragraph.setAttribute('textAlignment', 'left');
    doc.getXmlFragment('default').insert(0, [paragraph]);
    doc.getText('content').insert(0, 'abc');
    doc.getText('content').delete(0, 3);
    doc.getMap('settings').set('a', 1);
    doc.getMap('settings').delete('a');
    doc.getArray('list').push([1]);
    doc.getArray('list').delete(0);
    doc.getMap('meta').set('title', 'Title');
    expect(findUnsupportedContent(doc, 'data')).toBeNull();
  });

  test.each<[string, (doc: Y.Doc) => void]>([
    ['a map', (doc) => doc.getMap('a').set('key', 1)],
    ['a map in a map', (doc) => doc.getMap('a').set('inner', new Y.Map([['key', 1]]))],
    ['an array', (doc) => doc.getArray('a').push([null])],
    ['an image of Quill', (doc) => doc.getText('a').insertEmbed(0, { image: '/a.png' })],
  ])('finds %s only where data counts', (_name, write) => {
    const doc = new Y.Doc();
    write(doc);
    expect(findUnsupportedContent(doc, 'data')).toContain('"a"');
    expect(findUnsupportedContent(doc)).toBeNull();
    removeUnsupportedContent(doc);
    expect(findUnsupportedContent(doc, 'data')).toBeNull();
  });

  test('ignores other roots if our own has content', () => {
    const editor = new HeadlessEditor();
    editor.type('own text');
    editor.doc.getText('content').insert(0, 'other text');
    expect(findUnsupportedContent(editor.doc)).toBeNull();
  });

  test('handles 3,000 levels of nesting', () => {
    const doc = new Y.Doc();
    let inner = element('blockquote', [new Y.XmlText('deep')]);
    contentOf(doc).insert(0, [inner]);
    doc.transact(() => {
      for (let level = 0; level < 3000; level++) {
        const next = element('blockquote');
        inner.insert(0, [next]);
        inner = next;
      }
    });
    expect(findUnsupportedContent(doc)).toBe('the block "blockquote"');
    const lines = new Y.Doc();
    let paragraph = element('paragraph');
    contentOf(lines).insert(0, [paragraph]);
    for (let level = 0; level < 3000; level++) {
      const next = element('paragraph');
      paragraph.insert(0, [next]);
      paragraph = next;
    }
    expect(findUnsupportedContent(lines)).toBe('"paragraph" in "paragraph"');
    const other = new Y.Doc();
    let quote = element('blockquote');
    other.getXmlFragment('default').insert(0, [quote]);
    for (let level = 0; level < 3000; level++) {
      const next = element('blockquote', level === 2999 ? [new Y.XmlText('deep')] : []);
      quote.insert(0, [next]);
      quote = next;
    }
    expect(findUnsupportedContent(other)).toContain('"default"');
  });
});
