import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import {
  type DocumentRoots,
  UnsavedChanges,
} from '../../../web/provider/recovery/unsaved-changes.ts';
import { allLines, unsentLines } from '../../../web/provider/recovery/unsent-lines.ts';
import { HeadlessEditor } from '../editor/headless-editor.ts';

const rootsOf = (doc: Y.Doc): DocumentRoots => ({ content: contentOf(doc), meta: metaOf(doc) });

/** An editor with a saved document of another author. */
function openSaved(text: string): { editor: HeadlessEditor; changes: UnsavedChanges } {
  const author = new HeadlessEditor();
  author.type(text);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author.doc));
  const changes = new UnsavedChanges(rootsOf(doc), [doc.clientID]);
  changes.markSaved(Y.encodeStateVector(doc));
  return { editor: new HeadlessEditor(doc), changes };
}

describe('[P7] the unsent text', () => {
  test('is every line with unsent characters, complete and in order', () => {
    const { editor, changes } = openSaved('# Tides\none\ntwo\nthree');
    expect(changes.unsentText).toBe('');
    editor.caret(3, 0);
    editor.type('and ');
    editor.caret(1);
    editor.type(' more');
    expect(changes.unsentText).toBe('one more\nand three');
    changes.markSaved(Y.encodeStateVector(editor.doc));
    expect(changes.unsentText).toBe('');
    editor.caret(2);
    editor.type('!\nfour');
    expect(changes.unsentText).toBe('two!\nfour');
  });

  test('excludes text of others and deleted text', () => {
    const { editor, changes } = openSaved('one\ntwo');
    const other = new HeadlessEditor(new Y.Doc());
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(editor.doc));
    other.caret(0);
    other.type(' by another');
    Y.applyUpdate(editor.doc, Y.encodeStateAsUpdate(other.doc), 'network');
    editor.caret(1);
    editor.type('x');
    editor.press('Backspace');
    expect(changes.unsentText).toBe('');
  });

  test('includes text of earlier sessions of this browser', () => {
    const earlier = new HeadlessEditor();
    earlier.type('offline yesterday');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(earlier.doc));
    expect(new UnsavedChanges(rootsOf(doc), [doc.clientID]).unsentText).toBe('');
    expect(new UnsavedChanges(rootsOf(doc), [doc.clientID, earlier.doc.clientID]).unsentText)
      .toBe('offline yesterday');
  });

  test('does not grow with an older state vector', () => {
    const { editor, changes } = openSaved('one');
    const old = Y.encodeStateVector(editor.doc);
    editor.caret(0);
    editor.type(' two');
    changes.markSaved(Y.encodeStateVector(editor.doc));
    changes.markSaved(old);
    expect(changes.unsentText).toBe('');
  });

  test('is found in a Y.Text', () => {
    const doc = new Y.Doc();
    const text = doc.getText('code');
    text.insert(0, 'a\nb\nc\n');
    const saved = Y.decodeStateVector(Y.encodeStateVector(doc));
    text.insert(6, 'd\ne');
    text.insert(3, '!');
    text.insert(0, 'new\n');
    expect(unsentLines(text, { saved, clients: [doc.clientID] })).toEqual(['new', 'b!', 'd', 'e']);
    expect(allLines(text)).toEqual(['new', 'a', 'b!', 'c', 'd', 'e']);
  });
});

describe('[P7] a copy of the document', () => {
  test('has the visible content and no history', () => {
    const { editor, changes } = openSaved('# Tides\none\n[x] done\n\n```');
    editor.caret(3);
    editor.type('code\nmore');
    editor.caret(1);
    editor.type(' **bold** secret');
    for (let i = 0; i < 6; i++) editor.press('Backspace');
    metaOf(editor.doc).set('title', 'The sea');
    const fresh = new Y.Doc();
    changes.copyTo(rootsOf(fresh));
    expect(new HeadlessEditor(fresh).text).toEqual(editor.text);
    expect(contentOf(fresh).toString()).toBe(contentOf(editor.doc).toString());
    expect(metaOf(fresh).get('title')).toBe('The sea');
    const bytes = new TextDecoder('latin1').decode(Y.encodeStateAsUpdate(fresh));
    expect(bytes).toContain('bold');
    expect(bytes).not.toContain('secret');
    expect([...fresh.store.clients.keys()]).toEqual([fresh.clientID]);
  });

  test('has one line of plain text for each line', () => {
    const { editor, changes } = openSaved('# Tides\none\n\nthree');
    editor.caret(1);
    editor.press('Shift-Enter');
    editor.type('one and a half');
    expect(changes.text).toBe('Tides\none\none and a half\n\nthree');
  });
});
