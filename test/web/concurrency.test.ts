import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../protocol/schema.ts';
import { Random } from '../support/random.ts';
import { connect, exchange, HeadlessEditor, twoEditors } from './headless-editor.ts';

/** Attribute edits of one line or of all: whatever others type meanwhile has to stay. */
const attributeEdits: Record<string, (editor: HeadlessEditor, line: number) => void> = {
  'heading 1': (editor) => editor.press('Mod-Alt-1'),
  'heading 2': (editor) => editor.press('Mod-Alt-2'),
  'bulleted list': (editor) => editor.press('Mod-Shift-8'),
  'numbered list': (editor) => editor.press('Mod-Shift-7'),
  'task list': (editor) => editor.press('Mod-Shift-9'),
  'quote': (editor) => editor.press('Mod-Shift-b'),
  'text': (editor) => editor.press('Mod-Alt-0'),
  'in': (editor) => editor.press('Tab'),
  'out': (editor) => editor.press('Shift-Tab'),
  'check': (editor) => editor.press('Mod-Enter'),
  'all lines to bullets': (editor) => {
    editor.selectAll();
    editor.press('Mod-Shift-8');
  },
  'Backspace at the start of a list line': (editor, line) => {
    editor.press('Mod-Alt-0');
    editor.press('Mod-Shift-8');
    editor.caret(line, 0);
    editor.press('Backspace');
  },
  'there and back': (editor) => {
    editor.press('Mod-Shift-8');
    editor.press('Mod-Shift-8');
  },
  'heading, undone': (editor) => {
    editor.press('Mod-Alt-1');
    editor.press('Mod-z');
  },
};

const text = '# Tides\nThe harbour fills\n- salt\nwater\n\n[] rope\n\nThe end';

describe('[E1] an edit of kind, level or check mark keeps what others type in the line', () => {
  for (const [name, edit] of Object.entries(attributeEdits)) {
    for (const mode of ['offline', 'online'] as const) {
      test(`${name}, ${mode}`, () => {
        for (let seed = 1; seed <= 40; seed++) {
          const random = new Random(seed);
          const { a, b } = twoEditors(text);
          const part = mode === 'online' ? connect(a.doc, b.doc) : () => {};
          const line = random.below(a.state.doc.childCount);
          a.caret(line);
          b.caret(line, random.below(b.state.doc.child(line).content.size + 1));
          const [first, second] = random.below(2) === 0 ? [a, b] : [b, a];
          for (const editor of [first, second]) {
            if (editor === a) edit(a, line);
            else b.type('XYZ');
          }
          b.type('!');
          exchange(a.doc, b.doc);
          part();
          expect(a.text).toEqual(b.text);
          expect(a.state.doc.child(line).textContent, `seed ${seed}`).toContain('XYZ!');
          expect(a.state.doc.childCount).toBe(6);
        }
      });
    }
  }

  test('two people give a line two kinds: it stays one line, and one kind wins on both sides', () => {
    const { a, b } = twoEditors('a line');
    a.press('Mod-Alt-1');
    b.caret(0);
    b.press('Mod-Shift-8');
    b.type(' more');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(b.text);
    expect(a.text).toHaveLength(1);
    expect(a.text[0]).toMatch(/^(h1|bullet) a line more$/);
  });

  test('Enter at the start and at the end of a line keeps what others type in it', () => {
    for (const offset of [0, 6]) {
      const { a, b } = twoEditors('a line');
      a.caret(0, offset);
      a.press('Enter');
      b.caret(0, 3);
      b.type('XYZ');
      exchange(a.doc, b.doc);
      expect(a.text.filter((line) => line !== '')).toEqual(['a lXYZine']);
    }
  });
});

describe('[E2] a typed character writes text and nothing else', () => {
  test('in lines of every kind', () => {
    for (const marker of ['', '# ', '- ', '1. ', '[x] ', '> ']) {
      const editor = new HeadlessEditor();
      editor.type(`${marker}ab`);
      const updates: Uint8Array[] = [];
      editor.doc.on('update', (update: Uint8Array) => updates.push(update));
      editor.type('c');
      const [update] = updates;
      if (!update) throw new Error('Cannot test: no update');
      const { structs, ds } = Y.decodeUpdate(update);
      expect(structs).toHaveLength(1);
      expect(ds.clients.size).toBe(0);
      expect((structs[0] as Y.Item).content).toBeInstanceOf(Y.ContentString);
    }
  });

  test('a plain line has no attribute', () => {
    const editor = new HeadlessEditor();
    editor.type('# a\nb');
    const [heading, plain] = contentOf(editor.doc).toArray() as Y.XmlElement[];
    expect(heading?.getAttributes()).toEqual({ kind: 'h1' });
    expect(plain?.getAttributes()).toEqual({});
  });
});

describe('[E3] a moved line leaves the words of others in their own lines', () => {
  test.each(['Alt-ArrowUp', 'Alt-ArrowDown'])('%s', (keys) => {
    const { a, b } = twoEditors('one\ntwo\nthree\nfour\nfive');
    a.caret(2);
    a.press(keys);
    a.press(keys);
    const passed = keys === 'Alt-ArrowUp' ? [0, 1] : [3, 4];
    for (const line of passed) {
      b.caret(line);
      b.type(`-${line}`);
    }
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(b.text);
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const line of passed) expect(a.text).toContain(`${names[line]}-${line}`);
  });

  test('the steps leave as one update', () => {
    const editor = new HeadlessEditor();
    editor.type('one\ntwo\nthree');
    let updates = 0;
    editor.doc.on('update', () => updates++);
    editor.press('Alt-ArrowUp');
    expect(updates).toBe(1);
    editor.press('Mod-z');
    expect(editor.text).toEqual(['one', 'two', 'three']);
  });

  test('the next character keeps the marks that were chosen for it', () => {
    const editor = new HeadlessEditor();
    editor.type('a **b** c');
    const last = editor.state.doc.firstChild?.lastChild;
    expect(last?.text).toBe(' c');
    expect(last?.marks).toEqual([]);
  });
});

describe("[E4] undo takes back one's own edits, and nobody else's", () => {
  test('the words of others stay, also in the same line', () => {
    const { a, b } = twoEditors('one');
    connect(a.doc, b.doc);
    a.press('Mod-Shift-8');
    a.type(' Ann');
    b.caret(0, 3);
    b.type('+Bob');
    a.press('Mod-z');
    expect(a.text).toEqual(['bullet one+Bob']);
    a.press('Mod-z');
    expect(a.text).toEqual(['one+Bob']);
    expect(b.text).toEqual(['one+Bob']);
    a.press('Mod-y');
    a.press('Mod-y');
    expect(a.text[0]).toMatch(/^bullet one/);
    expect(a.text[0]).toContain('Ann');
    expect(a.text[0]).toContain('Bob');
  });

  test('of two equal letters side by side each stays with the person who typed it', () => {
    const { a, b } = twoEditors('one');
    connect(a.doc, b.doc);
    b.caret(0, 0);
    b.type('Bob+');
    expect(a.text).toEqual(['Bob+one']);
    a.press('Mod-z');
    expect(b.text).toEqual(['Bob+']);
    a.press('Mod-y');
    expect(b.text).toEqual(['Bob+one']);
  });

  test('a new line somebody else has written in stays when its maker undoes it', () => {
    const { a, b } = twoEditors('one');
    connect(a.doc, b.doc);
    a.press('Mod-Alt-1');
    a.type('\n- ');
    b.caret(1);
    b.type('Bob');
    for (let i = 0; i < 6; i++) a.press('Mod-z');
    expect(a.text.join()).toContain('Bob');
    expect(b.text).toEqual(a.text);
  });

  test('the caret goes back to where it was', () => {
    const { a, b } = twoEditors('one line\ntwo');
    connect(a.doc, b.doc);
    a.caret(0, 3);
    a.press('Mod-Alt-1');
    expect(a.lines).toEqual(['h1 one| line', 'two']);
    a.caret(1, 0);
    b.caret(0, 0);
    b.type('>>');
    a.press('Mod-z');
    expect(a.lines).toEqual(['>>one| line', 'two']);
  });

  test('an update from somebody else after an undo leaves the caret alone', () => {
    const { a, b } = twoEditors('one line\ntwo');
    connect(a.doc, b.doc);
    a.caret(0, 3);
    a.press('Mod-Alt-1');
    a.press('Mod-z');
    a.caret(1, 1);
    b.caret(0, 0);
    b.type('x');
    expect(a.lines).toEqual(['xone line', 't|wo']);
  });
});
