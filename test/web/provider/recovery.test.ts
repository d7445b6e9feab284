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

/** Somebody else wrote these lines, the service has them, and this person opens them. */
function opened(text: string): { editor: HeadlessEditor; rescue: UnsavedChanges } {
  const author = new HeadlessEditor();
  author.type(text);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author.doc));
  const rescue = new UnsavedChanges(rootsOf(doc), [doc.clientID]);
  rescue.markSaved(Y.encodeStateVector(doc));
  return { editor: new HeadlessEditor(doc), rescue };
}

describe('[P7] what the service has not got', () => {
  test('is the lines somebody has written in since, each whole and in order', () => {
    const { editor, rescue } = opened('# Tides\none\ntwo\nthree');
    expect(rescue.unsentText).toBe('');
    editor.caret(3, 0);
    editor.type('and ');
    editor.caret(1);
    editor.type(' more');
    expect(rescue.unsentText).toBe('one more\nand three');
    rescue.markSaved(Y.encodeStateVector(editor.doc));
    expect(rescue.unsentText).toBe('');
    editor.caret(2);
    editor.type('!\nfour');
    expect(rescue.unsentText).toBe('two!\nfour');
  });

  test('is not what others wrote, nor what was deleted again', () => {
    const { editor, rescue } = opened('one\ntwo');
    const other = new HeadlessEditor(new Y.Doc());
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(editor.doc));
    other.caret(0);
    other.type(' by another');
    Y.applyUpdate(editor.doc, Y.encodeStateAsUpdate(other.doc), 'network');
    editor.caret(1);
    editor.type('x');
    editor.press('Backspace');
    expect(rescue.unsentText).toBe('');
  });

  test('is also what an earlier session of this browser wrote', () => {
    const earlier = new HeadlessEditor();
    earlier.type('offline yesterday');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(earlier.doc));
    expect(new UnsavedChanges(rootsOf(doc), [doc.clientID]).unsentText).toBe('');
    expect(new UnsavedChanges(rootsOf(doc), [doc.clientID, earlier.doc.clientID]).unsentText)
      .toBe('offline yesterday');
  });

  test('an old state vector takes nothing back', () => {
    const { editor, rescue } = opened('one');
    const old = Y.encodeStateVector(editor.doc);
    editor.caret(0);
    editor.type(' two');
    rescue.markSaved(Y.encodeStateVector(editor.doc));
    rescue.markSaved(old);
    expect(rescue.unsentText).toBe('');
  });

  test('is found in a plain Y.Text, too', () => {
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

describe('[P7] a document that is saved as a new one', () => {
  test('has everything that could be seen, and no history', () => {
    const { editor, rescue } = opened('# Tides\none\n[x] done\n\n```');
    editor.caret(3);
    editor.type('code\nmore');
    editor.caret(1);
    editor.type(' **bold** secret');
    for (let i = 0; i < 6; i++) editor.press('Backspace');
    metaOf(editor.doc).set('title', 'The sea');
    const fresh = new Y.Doc();
    rescue.copyTo(rootsOf(fresh));
    expect(new HeadlessEditor(fresh).text).toEqual(editor.text);
    expect(contentOf(fresh).toString()).toBe(contentOf(editor.doc).toString());
    expect(metaOf(fresh).get('title')).toBe('The sea');
    const bytes = new TextDecoder('latin1').decode(Y.encodeStateAsUpdate(fresh));
    expect(bytes).toContain('bold');
    expect(bytes).not.toContain('secret');
    expect([...fresh.store.clients.keys()]).toEqual([fresh.clientID]);
  });

  test('as text it has a line for each line', () => {
    const { editor, rescue } = opened('# Tides\none\n\nthree');
    editor.caret(1);
    editor.press('Shift-Enter');
    editor.type('one and a half');
    expect(rescue.text).toBe('Tides\none\none and a half\n\nthree');
  });
});
