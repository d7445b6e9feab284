import { describe, expect, test } from 'vitest';
import { Random } from '../../support/random.ts';
import { connect, exchange, HeadlessEditor, twoEditors } from './headless-editor.ts';

/** Edits of attributes, in one line or all. Concurrent typing must be kept. */
const attributeEdits: Record<string, (editor: HeadlessEditor, line: number) => void> = {
  'heading 1': (editor) => editor.press('Mod-Alt-1'),
  'heading 2': (editor) => editor.press('Mod-Alt-2'),
  'bulleted list': (editor) => editor.press('Mod-Shift-8'),
  'numbered list': (editor) => editor.press('Mod-Shift-7'),
  'task list': (editor) => editor.press('Mod-Shift-9'),
  'quote': (editor) => editor.press('Mod-Shift-b'),
  'text': (editor) => editor.press('Mod-Alt-0'),
  'indent': (editor) => editor.press('Tab'),
  'outdent': (editor) => editor.press('Shift-Tab'),
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
  'set and removed': (editor) => {
    editor.press('Mod-Shift-8');
    editor.press('Mod-Shift-8');
  },
  'heading, undone': (editor) => {
    editor.press('Mod-Alt-1');
    editor.press('Mod-z');
  },
};

const text = '# Tides\nThe harbour fills\n- salt\nwater\n\n[] rope\n\nThe end';

describe('[E1] setting kind, level or check mark keeps concurrent typing in the line', () => {
  for (const [name, edit] of Object.entries(attributeEdits)) {
    for (const mode of ['offline', 'online'] as const) {
      test(`${name}, ${mode}`, () => {
        for (let seed = 1; seed <= 40; seed++) {
          const random = new Random(seed);
          const { a, b } = twoEditors(text);
          const disconnect = mode === 'online' ? connect(a.doc, b.doc) : () => {};
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
          disconnect();
          expect(a.text).toEqual(b.text);
          expect(a.state.doc.child(line).textContent, `seed ${seed}`).toContain('XYZ!');
          expect(a.state.doc.childCount).toBe(6);
        }
      });
    }
  }

  test('concurrent kinds converge to one kind of one line', () => {
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

  test('Enter at the start or end of a line keeps concurrent typing in it', () => {
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

describe('[E1] concurrent edits within one line', () => {
  test('formatting and typing keep all typed text', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const { a, b } = twoEditors('the harbour fills twice a day');
      const disconnect = random.below(2) === 0 ? connect(a.doc, b.doc) : () => {};
      for (let round = 0; round < 6; round++) {
        const [editor, character] = random.below(2) === 0 ? [a, 'A'] as const : [b, 'B'] as const;
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
            editor.type(character.repeat(3));
        }
      }
      const countOf = (editor: HeadlessEditor, character: string) =>
        editor.text.join('').split(character).length - 1;
      const [byA, byB] = [countOf(a, 'A'), countOf(b, 'B')];
      exchange(a.doc, b.doc);
      disconnect();
      expect(a.text).toEqual(b.text);
      expect(a.text).toHaveLength(1);
      expect([countOf(a, 'A'), countOf(a, 'B')], `seed ${seed}`).toEqual([byA, byB]);
    }
  });
});
