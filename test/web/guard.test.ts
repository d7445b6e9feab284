import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
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
