import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { exchange, type HeadlessEditor, twoEditors } from './headless-editor.ts';

/** The number of this client's characters that an update deletes. */
function deletedIn(update: Uint8Array, client: number): number {
  const ranges = Y.decodeUpdate(update).ds.clients.get(client) ?? [];
  return ranges.reduce((count, { len }) => count + len, 0);
}

/** Edits that delete or re-insert a line. Yjs cannot keep concurrent edits of that line. */
const losingEdits: Record<string, (editor: HeadlessEditor) => void> = {
  'Backspace joins it to the line above': (editor) => {
    editor.caret(1, 0);
    editor.press('Backspace');
  },
  'it becomes a code block': (editor) => {
    editor.caret(1);
    editor.press('Mod-Alt-c');
  },
  'it is moved up': (editor) => {
    editor.caret(1);
    editor.press('Alt-ArrowUp');
  },
  'it is cut and pasted below': (editor) => {
    const { doc } = editor.state;
    const start = doc.child(0).nodeSize;
    const line = doc.child(1);
    editor.dispatch(editor.state.tr.delete(start, start + line.nodeSize));
    editor.dispatch(editor.state.tr.insert(editor.state.doc.content.size, line));
  },
  'it is deleted': (editor) => {
    const start = editor.state.doc.child(0).nodeSize;
    const end = start + editor.state.doc.child(1).nodeSize;
    editor.dispatch(editor.state.tr.delete(start, end));
  },
};

describe('[E26] concurrent text in a deleted or re-inserted line is recoverable', () => {
  for (const [name, edit] of Object.entries(losingEdits)) {
    test(`${name}: the update does not delete unseen text, and nothing else is lost`, () => {
      const { a, b } = twoEditors('above\nmiddle\nbelow');
      const updates: Uint8Array[] = [];
      a.doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'network') updates.push(update);
      });
      edit(a);
      b.caret(1, 3);
      b.type('XYZ');
      b.caret(0, 2);
      b.type('!');
      b.caret(2, 2);
      b.type('?');
      exchange(a.doc, b.doc);
      expect(a.text).toEqual(b.text);
      const whole = a.text.join('|');
      expect(whole).toContain('ab!ove');
      expect(whole).toContain('be?low');
      // No line is duplicated, and the line itself is where its author moved it.
      expect(whole.split('middle')).toHaveLength(name === 'it is deleted' ? 1 : 2);
      expect(whole).not.toContain('XYZ');
      expect(updates.reduce((count, update) => count + deletedIn(update, 2), 0)).toBe(0);
    });
  }

  test('a line that is joined with the next one keeps concurrent typing', () => {
    const { a, b } = twoEditors('above\nbelow');
    a.caret(1, 0);
    a.press('Backspace');
    b.caret(0, 2);
    b.type('XYZ');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['abXYZovebelow']);
    expect(b.text).toEqual(a.text);
  });

  test('Enter in the middle of a line keeps concurrent typing, in its half', () => {
    const { a, b } = twoEditors('onetwo');
    a.caret(0, 3);
    a.press('Enter');
    b.caret(0, 6);
    b.type('XYZ');
    exchange(a.doc, b.doc);
    // The client that has typed it moves it.
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['one', 'twoXYZ']);
    expect(b.text).toEqual(a.text);
  });

  test('lines of different kinds join to the kind of the upper one', () => {
    const { a, b } = twoEditors('# Title\n- item');
    b.caret(0, 2);
    b.type('!');
    a.caret(1, 0);
    // The first Backspace makes the item text, the second joins the lines.
    a.press('Backspace');
    a.press('Backspace');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['h1 Ti!tleitem']);
    expect(b.text).toEqual(a.text);
  });
});
