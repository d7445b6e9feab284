import { describe, expect, test } from 'vitest';
import { exchange, type HeadlessEditor, twoEditors } from './headless-editor.ts';

/** Two editors of `one two three`, whose client ids have either order. */
function editorsOfLine(isReversed = false): { a: HeadlessEditor; b: HeadlessEditor } {
  const editors = twoEditors('one two three\nlast');
  if (isReversed) editors.a.doc.clientID = 7;
  return editors;
}

/** Exchanges what was written, and what the editors write in answer. */
function meet({ a, b }: { a: HeadlessEditor; b: HeadlessEditor }): string[] {
  for (let round = 0; round < 3; round++) exchange(a.doc, b.doc);
  expect(b.text).toEqual(a.text);
  return a.text;
}

describe('[E28] what another person types in a line that is split', () => {
  for (const isReversed of [false, true]) {
    const order = isReversed ? 'of the lower client id' : 'of the higher client id';

    test(`at its end follows the text before it, ${order}`, () => {
      const { a, b } = editorsOfLine(isReversed);
      a.caret(0, 4);
      a.press('Enter');
      b.caret(0);
      b.type(' by Bob');
      expect(meet({ a, b })).toEqual(['one ', 'two three by Bob', 'last']);
      expect(b.lines[1]).toBe('two three by Bob|');
    });

    test(`in its second half follows the text before it, with the caret elsewhere, ${order}`, () => {
      const { a, b } = editorsOfLine(isReversed);
      a.caret(0, 4);
      a.press('Enter');
      b.caret(0, 7);
      b.type(' by Bob');
      b.caret(1);
      b.type('!');
      expect(meet({ a, b })).toEqual(['one ', 'two by Bob three', 'last!']);
      expect(b.lines[2]).toBe('last!|');
    });

    test(`behind a line break follows the text before it, ${order}`, () => {
      const { a, b } = editorsOfLine(isReversed);
      a.caret(0, 4);
      a.press('Shift-Enter');
      b.caret(0);
      b.type(' by Bob');
      expect(meet({ a, b })).toEqual(['one ⏎two three by Bob', 'last']);
    });
  }

  test('moves no text that the other person had seen', () => {
    const { a, b } = editorsOfLine();
    b.caret(0);
    b.type(' by Bob');
    meet({ a, b });
    a.select([0, 4], [0, 7]);
    a.press('Backspace');
    expect(meet({ a, b })).toEqual(['one  three by Bob', 'last']);
  });
});

describe('[E28] two people who split the same line at the same time', () => {
  for (const keys of ['Enter', 'Shift-Enter']) {
    for (const [at, other] of [[4, 4], [4, 8], [8, 4]] as const) {
      for (const isReversed of [false, true]) {
        test(`${keys} at ${at} and ${other}, ${isReversed}: the rest is there once`, () => {
          const { a, b } = editorsOfLine(isReversed);
          for (const [editor, offset] of [[a, at], [b, other]] as const) {
            editor.caret(0, offset);
            editor.press(keys);
          }
          const text = meet({ a, b });
          expect(text.join('').replaceAll('⏎', '')).toBe('one two threelast');
        });
      }
    }
  }

  test('undo of one split does not bring back a second copy', () => {
    const { a, b } = editorsOfLine();
    for (const editor of [a, b]) {
      editor.caret(0, 4);
      editor.press('Enter');
    }
    meet({ a, b });
    b.press('Mod-z');
    expect(meet({ a, b }).join('')).toBe('one two threelast');
  });
});
