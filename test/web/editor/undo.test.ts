import { describe, expect, test } from 'vitest';
import { clearUndo } from '../../../web/editor/binding/undo.ts';
import { connect, twoEditors } from './headless-editor.ts';

describe("[E4] undo affects only the user's own edits", () => {
  test('keeps remote edits in the same line', () => {
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

  test('[P7] does nothing after the ids of its steps have changed', () => {
    const { a } = twoEditors('one');
    clearUndo(a.state);
    a.type(' two');
    a.press('Mod-z');
    clearUndo(a.state);
    expect([a.press('Mod-y'), a.text]).toEqual([false, ['one']]);
    a.type(' three');
    clearUndo(a.state);
    expect([a.press('Mod-z'), a.text]).toEqual([false, ['one three']]);
  });

  test('undoes the right one of two equal adjacent letters', () => {
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

  test('keeps a new line in which another author has typed', () => {
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

  test('restores the caret', () => {
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

  test('a remote edit after an undo does not move the caret', () => {
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

test('[E4] a step that changes nothing is dropped with a message', () => {
  const { a, b } = twoEditors('line');
  connect(a.doc, b.doc);
  b.caret(0);
  b.type('XY');
  a.select([0, 4], [0, 6]);
  a.press('Backspace');
  b.press('Mod-z');
  expect(b.text).toEqual(['line']);
  expect(b.messages).toHaveLength(1);
  expect(b.press('Mod-z')).toBe(false);
  expect(b.messages).toHaveLength(1);
});
