import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import {
  findUnsupportedContent,
  watchForUnsupportedContent,
} from '../../../web/editor/model/unsupported-content.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';
import { element, line } from './yjs-elements.ts';

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
 * Unsupported content by its description. Other editors, a newer version of this one or any client
 * may write it: Yjs accepts any value and any type anywhere.
 */
const unsupported: Record<string, () => unknown> = {
  'the block "heading"': () => element('heading', [new Y.XmlText('Title')]),
  'the block "bulletList"': () => element('bulletList', [element('listItem', [line('a')])]),
  'the block "table"': () => element('table'),
  'the block "toString"': () => element('toString'),
  'the block "hardBreak"': () => element('hardBreak'),
  'the block "doc"': () => element('doc', [line('a')]),
  'text outside a line': () => new Y.XmlText('stray'),
  '"paragraph" in "paragraph"': () => element('paragraph', [line('inner')]),
  '"mention" in "paragraph"': () => element('paragraph', [element('mention')]),
  'the mark "highlight--0a1b2c3d"': () => line('marked', { 'highlight--0a1b2c3d': {} }),
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
  'an object outside a line': () => null,
  'an object outside a line (a number)': () => 42,
  'an object outside a line (a list)': () => ['a'],
  'an object outside a line (bytes)': () => new Uint8Array([1]),
  'an object outside a line (a map)': () => new Y.Map([['a', 1]]),
  'an object outside a line (a hook)': () => new Y.XmlHook('hook'),
  'an object outside a line (a document)': () => new Y.Doc(),
  'text outside a line (a value)': () => 'stray',
  'text outside a line (a plain text)': () => new Y.Text('stray'),
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

/** The description without the suffix in brackets, which distinguishes rows. */
function descriptionOf(row: string): string {
  return row.replace(/ \(.*\)$/, '');
}

function insertUnsupported(doc: Y.Doc, row: string): void {
  contentOf(doc).insert(1, [unsupported[row]?.() as Y.XmlElement]);
}

describe('[E6] unsupported content is never changed', () => {
  test.each(Object.keys(unsupported))('finds %s', (row) => {
    const doc = new Y.Doc();
    contentOf(doc).insert(0, [line('supported')]);
    insertUnsupported(doc, row);
    expect(findUnsupportedContent(doc)).toBe(descriptionOf(row));
  });

  test('supports everything the editor writes', () => {
    const editor = new HeadlessEditor();
    editor.type('# a **b** `c` ~~d~~\n- e\n[x] f\n\n> g\n\n---```\nh\ni');
    editor.press('ArrowDown');
    editor.type('a');
    editor.press('Shift-Enter');
    editor.type('b');
    expect(findUnsupportedContent(editor.doc)).toBeNull();
  });

  test.each(Object.keys(unsupported))('preserves %s that arrives later', (row) => {
    const editor = new HeadlessEditor();
    editor.type('first\nsecond');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => {
      found.push(description);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    insertUnsupported(other, row);
    const written = Y.snapshot(other);
    exchange(editor.doc, other);
    expect(found).toEqual([descriptionOf(row)]);
    expect(Y.equalSnapshots(Y.snapshot(editor.doc), written)).toBe(true);
    expect(Y.equalSnapshots(Y.snapshot(other), written)).toBe(true);
  });

  test('finds values within text, both when mounting and while watching', () => {
    // The API of Yjs cannot write this, but every client accepts it: a value between characters.
    const other = new Y.Doc();
    const values = new Y.Array<number>();
    contentOf(other).insert(0, [line('ab')]);
    const text = (contentOf(other).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const editor = new HeadlessEditor();
    exchange(other, editor.doc);
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => {
      found.push(description);
      editor.destroy();
    });
    values.insert.call(text as unknown as Y.Array<number>, 1, [7]);
    const written = Y.snapshot(other);
    exchange(other, editor.doc);
    expect(found).toEqual(['an object within text']);
    expect(findUnsupportedContent(editor.doc)).toBe('an object within text');
    expect(Y.equalSnapshots(Y.snapshot(editor.doc), written)).toBe(true);
  });

  test('preserves a Yjs type that replaces an attribute later', () => {
    const editor = new HeadlessEditor();
    editor.type('first');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => {
      found.push(description);
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

  test('supports marks without attributes written as `{}` and as `true`', () => {
    const doc = new Y.Doc();
    contentOf(doc).insert(0, [line('a', { bold: {}, italic: true as unknown as object })]);
    expect(findUnsupportedContent(doc)).toBeNull();
  });

  test('preserves an unsupported mark that arrives later in a supported line', () => {
    const editor = new HeadlessEditor();
    editor.type('first');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => {
      found.push(description);
      editor.destroy();
    });
    const other = new Y.Doc();
    exchange(editor.doc, other);
    const text = (contentOf(other).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.format(0, 3, { link: { title: 'red' } });
    exchange(editor.doc, other);
    expect(found).toEqual(['the mark "link"']);
    expect(contentOf(editor.doc).toString()).toContain('fir');
  });

  test('does not report typing, undo or supported remote edits', () => {
    const editor = new HeadlessEditor();
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => found.push(description));
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
