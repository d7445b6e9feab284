import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';

describe('[E7] the first key never replaces content that arrives later', () => {
  test('an empty document has a line for the caret, and does not select everything', () => {
    const editor = new HeadlessEditor();
    expect(editor.state.selection.toJSON()).toEqual({ type: 'text', anchor: 1, head: 1 });
    expect(contentOf(editor.doc).length).toBe(0);
  });

  test('a key typed after the content has arrived keeps it', () => {
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

  test('a document emptied by another author is still editable', () => {
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
