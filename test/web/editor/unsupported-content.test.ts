import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import {
  findUnsupportedContent,
  watchForUnsupportedContent,
} from '../../../web/editor/model/unsupported-content.ts';
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

function lineWith(name: string, value: unknown): Y.XmlElement {
  const made = line('a');
  made.setAttribute(name, value as string);
  return made;
}

function lineOf(...children: unknown[]): Y.XmlElement {
  const made = new Y.XmlElement('paragraph');
  made.insert(0, children as Y.XmlText[]);
  return made;
}

/**
 * Content of other editors, or of a newer version of this one; or of anybody at all: Yjs takes any
 * value and any type at any place.
 */
const foreign: Record<string, () => unknown> = {
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
  'an object outside of a line': () => null,
  'an object outside of a line (a number)': () => 42,
  'an object outside of a line (a list)': () => ['a'],
  'an object outside of a line (bytes)': () => new Uint8Array([1]),
  'an object outside of a line (a map)': () => new Y.Map([['a', 1]]),
  'an object outside of a line (a hook)': () => new Y.XmlHook('hook'),
  'an object outside of a line (a document)': () => new Y.Doc(),
  'text outside of a line (a value)': () => 'stray',
  'text outside of a line (a plain text)': () => new Y.Text('stray'),
  'an embedded object': () => lineOf(null),
  'an embedded object (a number)': () => lineOf(new Y.XmlText('a'), 7),
  'an embedded object (a text)': () => lineOf('stray'),
  'an embedded object (a map)': () => lineOf(new Y.Map()),
  'the attribute "kind" of "paragraph"': () => lineWith('kind', new Y.Map([['a', 1]])),
  'the attribute "indent" of "paragraph"': () => lineWith('indent', new Y.Text('2')),
  'the attribute "checked" of "paragraph"': () => lineWith('checked', { by: 'Ann' }),
  'the attribute "indent" of "paragraph" (bytes)': () => lineWith('indent', new Uint8Array([2])),
  'the attribute "language" of a text': () => {
    const text = new Y.XmlText('a');
    text.setAttribute('language', 'fr');
    return lineOf(text);
  },
  'the mark "bold" (with more to it)': () => line('a', { bold: { weight: 600 } }),
  'the mark "link"': () => line('a', { link: { href: '/', target: '_blank' } }),
  'the mark "link" (with a list in it)': () => line('a', { link: { href: ['/'] } }),
};

/** The part in brackets tells rows apart that are explained alike. */
function explanation(row: string): string {
  return row.replace(/ \(.*\)$/, '');
}

function insertForeign(doc: Y.Doc, row: string): void {
  contentOf(doc).insert(1, [foreign[row]?.() as Y.XmlElement]);
}

describe('[E6] the editor never touches content it does not know', () => {
  test.each(Object.keys(foreign))('%s is named', (what) => {
    const doc = new Y.Doc();
    contentOf(doc).insert(0, [line('known')]);
    insertForeign(doc, what);
    expect(findUnsupportedContent(doc)).toBe(explanation(what));
  });

  test('what it writes itself is known', () => {
    const editor = new HeadlessEditor();
    editor.type('# a **b** `c` ~~d~~\n- e\n[x] f\n\n> g\n\n---```\nh\ni');
    editor.press('ArrowDown');
    editor.type('a');
    editor.press('Shift-Enter');
    editor.type('b');
    expect(findUnsupportedContent(editor.doc)).toBeNull();
  });

  test.each(Object.keys(foreign))('%s that comes later is kept whole', (what) => {
    const editor = new HeadlessEditor();
    editor.type('first\nsecond');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (unknown) => {
      found.push(unknown);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    insertForeign(other, what);
    const written = Y.snapshot(other);
    exchange(editor.doc, other);
    expect(found).toEqual([explanation(what)]);
    expect(Y.equalSnapshots(Y.snapshot(editor.doc), written)).toBe(true);
    expect(Y.equalSnapshots(Y.snapshot(other), written)).toBe(true);
  });

  test('values in the midst of a text are named before and after it is watched', () => {
    // Made by nobody's Yjs, and taken by everybody's: a value among the characters of a text.
    const other = new Y.Doc();
    const values = new Y.Array<number>();
    contentOf(other).insert(0, [line('ab')]);
    const text = (contentOf(other).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const editor = new HeadlessEditor();
    exchange(other, editor.doc);
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (unknown) => {
      found.push(unknown);
      editor.destroy();
    });
    values.insert.call(text as unknown as Y.Array<number>, 1, [7]);
    const written = Y.snapshot(other);
    exchange(other, editor.doc);
    expect(found).toEqual(['an object within text']);
    expect(findUnsupportedContent(editor.doc)).toBe('an object within text');
    expect(Y.equalSnapshots(Y.snapshot(editor.doc), written)).toBe(true);
  });

  test('an attribute of a line that becomes a type of Yjs later is kept whole', () => {
    const editor = new HeadlessEditor();
    editor.type('first');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (unknown) => {
      found.push(unknown);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    const kind = new Y.Map([['name', 'h1']]);
    (contentOf(other).get(0) as Y.XmlElement).setAttribute('kind', kind as unknown as string);
    exchange(editor.doc, other);
    expect(found).toEqual(['the attribute "kind" of "paragraph"']);
    const kept = (contentOf(editor.doc).get(0) as Y.XmlElement).getAttribute('kind') as unknown;
    expect((kept as Y.Map<string>).toJSON()).toEqual({ name: 'h1' });
  });

  test('marks without anything to say are known as `{}` and as `true`', () => {
    const doc = new Y.Doc();
    contentOf(doc).insert(0, [line('a', { bold: {}, italic: true as unknown as object })]);
    expect(findUnsupportedContent(doc)).toBeNull();
  });

  test('a mark that comes into a known line later is kept whole', () => {
    const editor = new HeadlessEditor();
    editor.type('first');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (unknown) => {
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
    watchForUnsupportedContent(contentOf(editor.doc), (unknown) => found.push(unknown));
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
    expect(findUnsupportedContent(doc)).toContain(`"${root}"`);
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
    expect(findUnsupportedContent(doc)).toBeNull();
  });

  test('where there is text of ours that is what counts', () => {
    const editor = new HeadlessEditor();
    editor.type('ours');
    editor.doc.getText('content').insert(0, 'theirs');
    expect(findUnsupportedContent(editor.doc)).toBeNull();
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
    const foreign = new Y.Doc();
    let quote = element('blockquote');
    foreign.getXmlFragment('default').insert(0, [quote]);
    for (let level = 0; level < 3000; level++) {
      const next = element('blockquote', level === 2999 ? [new Y.XmlText('deep')] : []);
      quote.insert(0, [next]);
      quote = next;
    }
    expect(findUnsupportedContent(foreign)).toContain('"default"');
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
