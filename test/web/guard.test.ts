import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { unknownIn } from '../../web/editor/foreign-text.ts';
import { unknownContent, watchForUnknown } from '../../web/editor/guard.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';

function line(text: string, attributes: Record<string, object> = {}): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  const content = new Y.XmlText();
  content.insert(0, text, attributes);
  element.insert(0, [content]);
  return element;
}

function element(name: string, children: (Y.XmlElement | Y.XmlText)[] = []): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, children);
  return made;
}

/** Content of other editors, or of a newer version of this one. */
const foreign: Record<string, () => Y.XmlElement | Y.XmlText> = {
  'the block "heading"': () => element('heading', [new Y.XmlText('Title')]),
  'the block "bulletList"': () => element('bulletList', [element('listItem', [line('a')])]),
  'the block "table"': () => element('table'),
  'the block "toString"': () => element('toString'),
  'the block "hardBreak"': () => element('hardBreak'),
  'the block "doc"': () => element('doc', [line('a')]),
  'text outside of a line': () => new Y.XmlText('stray'),
  '"paragraph" in "paragraph"': () => element('paragraph', [line('inner')]),
  '"mention" in "paragraph"': () => element('paragraph', [element('mention')]),
  'the mark "highlight"': () => line('marked', { highlight: {} }),
  'the mark "constructor"': () => line('marked', { constructor: {} }),
  'text in "horizontalRule"': () => element('horizontalRule', [new Y.XmlText('a')]),
  'the attribute "align" of "paragraph"': () => {
    const made = line('a');
    made.setAttribute('align', 'center');
    return made;
  },
  'the mark "bold"': () => {
    const text = new Y.XmlText();
    text.insert(0, 'code', { bold: {} });
    return element('codeBlock', [text]);
  },
  'an object within text': () => {
    const text = new Y.XmlText();
    text.insertEmbed(0, { image: 'a' });
    return element('paragraph', [text]);
  },
};

describe('[E6] the editor never touches content it does not know', () => {
  test.each(Object.keys(foreign))('%s is named', (what) => {
    const content = contentOf(new Y.Doc());
    content.insert(0, [line('known'), foreign[what]?.() ?? line('')]);
    expect(unknownContent(content)).toBe(what);
  });

  test('what it writes itself is known', () => {
    const editor = new HeadlessEditor();
    editor.type('# a **b** `c` ~~d~~\n- e\n[x] f\n\n> g\n\n---```\nh\ni');
    editor.press('ArrowDown');
    editor.type('a');
    editor.press('Shift-Enter');
    editor.type('b');
    expect(unknownContent(contentOf(editor.doc))).toBeNull();
  });

  test.each(Object.keys(foreign))('%s that comes later is kept whole', (what) => {
    const editor = new HeadlessEditor();
    editor.type('first\nsecond');
    const found: string[] = [];
    watchForUnknown(contentOf(editor.doc), (unknown) => {
      found.push(unknown);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    contentOf(other).insert(1, [foreign[what]?.() ?? line('')]);
    const written = contentOf(other).toString();
    exchange(editor.doc, other);
    expect(found).toEqual([what]);
    expect(contentOf(editor.doc).toString()).toBe(written);
    expect(contentOf(other).toString()).toBe(written);
  });

  test('a mark that comes into a known line later is kept whole', () => {
    const editor = new HeadlessEditor();
    editor.type('first');
    const found: string[] = [];
    watchForUnknown(contentOf(editor.doc), (unknown) => {
      found.push(unknown);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    const text = (contentOf(other).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.format(0, 3, { highlight: { color: 'red' } });
    exchange(editor.doc, other);
    expect(found).toEqual(['the mark "highlight"']);
    expect(contentOf(editor.doc).toString()).toContain('fir');
  });

  test('writing, undoing and what others write is no alarm', () => {
    const editor = new HeadlessEditor();
    const found: string[] = [];
    watchForUnknown(contentOf(editor.doc), (unknown) => found.push(unknown));
    editor.type('# a\nb **c**\n- d');
    editor.selectAll();
    editor.press('Mod-Shift-7');
    for (let i = 0; i < 8; i++) editor.press('Mod-z');
    for (let i = 0; i < 8; i++) editor.press('Mod-y');
    const other = new HeadlessEditor();
    other.type('e\n# f');
    exchange(editor.doc, other.doc);
    expect(found).toEqual([]);
  });
});

/** What other editors make of a document that was empty, each in its own root. */
const vocabularies: Record<string, { root: string; write(doc: Y.Doc): void }> = {
  'Tiptap': {
    root: 'default',
    write(doc) {
      const heading = element('heading', [new Y.XmlText('Title')]);
      const list = element('bulletList', [element('listItem', [line('item')])]);
      doc.getXmlFragment('default').insert(0, [heading, list]);
    },
  },
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

describe('[E6] a document written with another editor is read, not edited', () => {
  test.each(Object.entries(vocabularies))('%s', (_name, { root, write }) => {
    const written = new Y.Doc();
    write(written);
    // As it arrives: without any type given to the root.
    const doc = new Y.Doc();
    exchange(written, doc);
    const before = Y.encodeStateAsUpdate(doc);
    expect(unknownIn(doc)).toContain(`"${root}"`);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
    exchange(written, doc);
    const again = new Y.Doc();
    Y.applyUpdate(again, Y.encodeStateAsUpdate(doc));
    expect(Y.encodeStateAsUpdate(again)).toEqual(before);
  });

  test('a stock editor that only looked, or whose text is gone, is no reason', () => {
    const doc = new Y.Doc();
    doc.getXmlFragment('default').insert(0, [element('paragraph')]);
    doc.getText('content').insert(0, 'abc');
    doc.getText('content').delete(0, 3);
    expect(unknownIn(doc)).toBeNull();
  });

  test('where there is text of ours that is what counts', () => {
    const editor = new HeadlessEditor();
    editor.type('ours');
    editor.doc.getText('content').insert(0, 'theirs');
    expect(unknownIn(editor.doc)).toBeNull();
  });

  test('3,000 levels of nesting are told, not followed', () => {
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
    expect(unknownIn(doc)).toBe('the block "blockquote"');
    const lines = new Y.Doc();
    let paragraph = element('paragraph');
    contentOf(lines).insert(0, [paragraph]);
    for (let level = 0; level < 3000; level++) {
      const next = element('paragraph');
      paragraph.insert(0, [next]);
      paragraph = next;
    }
    expect(unknownIn(lines)).toBe('"paragraph" in "paragraph"');
    const foreign = new Y.Doc();
    let quote = element('blockquote');
    foreign.getXmlFragment('default').insert(0, [quote]);
    for (let level = 0; level < 3000; level++) {
      const next = element('blockquote', level === 2999 ? [new Y.XmlText('deep')] : []);
      quote.insert(0, [next]);
      quote = next;
    }
    expect(unknownIn(foreign)).toContain('"default"');
  });
});

describe('[E7] the first key never replaces what has not arrived yet', () => {
  test('an empty document has a line for the caret, and no selection over everything', () => {
    const editor = new HeadlessEditor();
    expect(editor.state.selection.toJSON()).toEqual({ type: 'text', anchor: 1, head: 1 });
    expect(contentOf(editor.doc).length).toBe(0);
  });

  test('a key typed after the content has come goes beside it', () => {
    const written = new HeadlessEditor();
    written.type('one\ntwo');
    const editor = new HeadlessEditor();
    exchange(written.doc, editor.doc);
    editor.type('X');
    exchange(written.doc, editor.doc);
    expect(written.text.join()).toContain('one');
    expect(written.text.join()).toContain('two');
    expect(written.text.join()).toContain('X');
  });

  test('opening a document writes nothing', () => {
    const written = new HeadlessEditor();
    written.type('# one\ntwo');
    const doc = new Y.Doc();
    exchange(written.doc, doc);
    let updates = 0;
    doc.on('update', () => updates++);
    const editor = new HeadlessEditor(doc);
    editor.caret(1);
    expect(updates).toBe(0);
  });

  test('a document emptied by somebody else can be written again', () => {
    const a = new HeadlessEditor();
    a.type('one\ntwo');
    const other = new Y.Doc();
    exchange(a.doc, other);
    contentOf(other).delete(0, 2);
    exchange(a.doc, other);
    a.type('three');
    expect(a.text).toEqual(['three']);
    exchange(a.doc, other);
    expect(contentOf(other).toString()).toContain('three');
  });
});
