import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { Random } from '../../support/random.ts';
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

/** The characters of this client that an update names as deleted. */
function namedIn(update: Uint8Array, client: number): number {
  const ranges = Y.decodeUpdate(update).ds.clients.get(client) ?? [];
  return ranges.reduce((count, { len }) => count + len, 0);
}

/** What copies a line, or takes it away: nothing that Yjs could keep somebody else's words in. */
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

describe('[E26] what a line loses by a copy of it, whoever typed it can be given back', () => {
  for (const [name, edit] of Object.entries(losingEdits)) {
    test(`${name}: nobody claims to have deleted what they never saw, and nothing else is lost`, () => {
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
      // No line twice, and the words of the line itself where its editor put them.
      expect(whole.split('middle')).toHaveLength(name === 'it is deleted' ? 1 : 2);
      expect(whole).not.toContain('XYZ');
      expect(updates.reduce((count, update) => count + namedIn(update, 2), 0)).toBe(0);
    });
  }

  test('the line above takes the next one in, and keeps what others type in it', () => {
    const { a, b } = twoEditors('above\nbelow');
    a.caret(1, 0);
    a.press('Backspace');
    b.caret(0, 2);
    b.type('XYZ');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['abXYZovebelow']);
    expect(b.text).toEqual(a.text);
  });

  test('Enter in the middle keeps every character, behind the first half', () => {
    const { a, b } = twoEditors('onetwo');
    a.caret(0, 3);
    a.press('Enter');
    b.caret(0, 6);
    b.type('XYZ');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['oneXYZ', 'two']);
    expect(b.text).toEqual(a.text);
  });

  test('lines of other kinds join, and the upper one stays what it is', () => {
    const { a, b } = twoEditors('# Title\n- item');
    b.caret(0, 2);
    b.type('!');
    a.caret(1, 0);
    // First the list, then the line.
    a.press('Backspace');
    a.press('Backspace');
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(['h1 Ti!tleitem']);
    expect(b.text).toEqual(a.text);
  });
});

describe('[E1] edits within one line by two people', () => {
  test('formatting, typing and deleting in it at once keeps all that was typed', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const { a, b } = twoEditors('the harbour fills twice a day');
      const part = random.below(2) === 0 ? connect(a.doc, b.doc) : () => {};
      for (let round = 0; round < 6; round++) {
        const [editor, sign] = random.below(2) === 0 ? [a, 'A'] as const : [b, 'B'] as const;
        const size = editor.state.doc.child(0).content.size;
        const [from, to] = [random.below(size), random.below(size)].sort((x, y) => x - y);
        switch (random.below(4)) {
          case 0:
            editor.select([0, from ?? 0], [0, to ?? 0]);
            editor.press(random.pick(['Mod-b', 'Mod-i', 'Mod-u', 'Mod-e']));
            break;
          case 1:
            editor.caret(0, from);
            editor.press(random.pick(['Mod-Alt-1', 'Mod-Shift-8', 'Mod-Shift-b', 'Mod-Alt-0']));
            break;
          default:
            editor.caret(0, from);
            editor.type(sign.repeat(3));
        }
      }
      const typed = (editor: HeadlessEditor, sign: string) =>
        editor.text.join('').split(sign).length - 1;
      const [byA, byB] = [typed(a, 'A'), typed(b, 'B')];
      exchange(a.doc, b.doc);
      part();
      expect(a.text).toEqual(b.text);
      expect(a.text).toHaveLength(1);
      expect([typed(a, 'A'), typed(a, 'B')], `seed ${seed}`).toEqual([byA, byB]);
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
