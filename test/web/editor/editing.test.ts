import { describe, expect, test } from 'vitest';
import { typed } from './headless-editor.ts';

describe('[E10] Enter', () => {
  test.each([
    ['keeps the kind and level of a list', '- a\nb', ['bullet a', 'bullet b|']],
    ['leaves a heading', '# a\nb', ['h1 a', 'b|']],
    ['continues a quote', '> a\nb', ['quote a', 'quote b|']],
    ['does not copy the check mark', '[x] a\nb', ['task✓ a', 'task b|']],
    ['ends a list in an empty item', '- a\n\nb', ['bullet a', 'b|']],
    ['ends a quote in an empty line', '> a\n\nb', ['quote a', 'b|']],
  ])('%s', (_name, text, lines) => {
    expect(typed(text).lines).toEqual(lines);
  });

  test('outdents an empty item level by level', () => {
    const editor = typed('- a\nb');
    editor.press('Tab');
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', 'bullet1 |']);
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', 'bullet |']);
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', '|']);
  });

  test('at the start of a heading inserts a plain line above', () => {
    const editor = typed('# ab');
    editor.caret(0, 0);
    editor.press('Enter');
    expect(editor.lines).toEqual(['', 'h1 |ab']);
  });

  test('splits a line and replaces the selection', () => {
    const editor = typed('[x] abcd');
    editor.select([0, 1], [0, 3]);
    editor.press('Enter');
    expect(editor.lines).toEqual(['task✓ a', 'task |d']);
  });

  test('inserts a line break in code, and arrow down at its end leaves the code block', () => {
    const editor = typed('```\na\nb');
    expect(editor.lines).toEqual(['codeBlock a\nb|']);
    editor.press('ArrowDown');
    editor.type('c');
    expect(editor.lines).toEqual(['codeBlock a\nb', 'c|']);
  });
});

describe('[E11] Backspace at the start of a line', () => {
  test('outdents the line, then makes it text, then joins it to the line above', () => {
    const editor = typed('- a\nb');
    editor.press('Tab');
    editor.caret(1, 0);
    editor.press('Backspace');
    expect(editor.lines).toEqual(['bullet a', 'bullet |b']);
    editor.press('Backspace');
    expect(editor.lines).toEqual(['bullet a', '|b']);
    editor.press('Backspace');
    expect(editor.lines).toEqual(['bullet a|b']);
  });

  test('makes a heading, a quote and code plain text', () => {
    for (const marker of ['# ', '> ', '```\n']) {
      const editor = typed(`${marker}a`);
      editor.caret(0, 0);
      editor.press('Backspace');
      expect(editor.lines).toEqual(['|a']);
    }
  });

  test('deletes an empty line above', () => {
    const editor = typed('\na');
    editor.caret(1, 0);
    editor.press('Backspace');
    expect(editor.lines).toEqual(['|a']);
  });
});

describe('[E12] Tab', () => {
  test('indents items to at most one level below the item above, and Shift-Tab outdents them', () => {
    const editor = typed('- a\nb\nc');
    editor.caret(1);
    for (const _ of [1, 2, 3]) expect(editor.press('Tab')).toBe(true);
    expect(editor.text).toEqual(['bullet a', 'bullet1 b', 'bullet c']);
    editor.select([1, 0], [2, 1]);
    editor.press('Tab');
    expect(editor.text).toEqual(['bullet a', 'bullet1 b', 'bullet1 c']);
    editor.press('Shift-Tab');
    editor.press('Shift-Tab');
    expect(editor.text).toEqual(['bullet a', 'bullet b', 'bullet c']);
  });

  test('keeps the focus in the list when the first item cannot be indented', () => {
    const editor = typed('- a');
    expect(editor.press('Tab')).toBe(true);
    expect(editor.text).toEqual(['bullet a']);
  });

  test('indents a plain line up to the last level', () => {
    const editor = typed('a');
    for (let level = 0; level < 10; level++) expect(editor.press('Tab')).toBe(true);
    expect(editor.text).toEqual(['text8 a']);
    for (let level = 0; level < 10; level++) expect(editor.press('Shift-Tab')).toBe(true);
    expect(editor.text).toEqual(['a']);
  });

  test('changes no heading and no quote', () => {
    const editor = typed('# a\n> b');
    for (const line of [0, 1]) {
      editor.caret(line);
      for (const keys of ['Tab', 'Shift-Tab']) expect(editor.press(keys)).toBe(true);
    }
    expect(editor.text).toEqual(['h1 a', 'quote b']);
  });

  test('inserts a tab in code, and indents the selected lines of it', () => {
    const editor = typed('```\na');
    editor.press('Tab');
    editor.type('b\n  c\n\nd');
    expect(editor.text).toEqual(['codeBlock a\tb\n  c\n\nd']);
    editor.select([0, 1], [0, 9]);
    editor.press('Tab');
    expect(editor.text).toEqual(['codeBlock \ta\tb\n\t  c\n\t\n\td']);
    editor.press('Shift-Tab');
    editor.press('Shift-Tab');
    expect(editor.text).toEqual(['codeBlock a\tb\nc\n\nd']);
  });
});

describe('[E13] the key of a kind sets and removes it', () => {
  test.each([
    ['Mod-Alt-1', 'h1'],
    ['Mod-Alt-2', 'h2'],
    ['Mod-Alt-3', 'h3'],
    ['Mod-Shift-7', 'ordered'],
    ['Mod-Shift-8', 'bullet'],
    ['Mod-Shift-9', 'task'],
    ['Mod-Shift-b', 'quote'],
    ['Mod-Alt-c', 'codeBlock'],
  ])('%s: %s', (keys, kind) => {
    const editor = typed('ab');
    editor.caret(0, 1);
    editor.press(keys);
    expect(editor.lines).toEqual([`${kind} a|b`]);
    editor.press(keys);
    expect(editor.lines).toEqual(['a|b']);
  });

  test('on several lines of different kinds', () => {
    const editor = typed('# a\nb\n- c');
    editor.selectAll();
    editor.press('Mod-Shift-7');
    expect(editor.text).toEqual(['ordered a', 'ordered b', 'ordered c']);
    editor.press('Mod-Alt-0');
    expect(editor.text).toEqual(['a', 'b', 'c']);
  });

  test('joins several lines to one code block, and splits it again', () => {
    const editor = typed('a\nb\nc');
    editor.select([0, 0], [1, 1]);
    editor.press('Mod-Alt-c');
    expect(editor.text).toEqual(['codeBlock a\nb', 'c']);
    editor.press('Mod-Alt-c');
    expect(editor.text).toEqual(['a⏎b', 'c']);
  });

  test('Mod-Enter checks and unchecks a task', () => {
    const editor = typed('[] a');
    editor.press('Mod-Enter');
    expect(editor.text).toEqual(['task✓ a']);
    editor.press('Mod-Enter');
    expect(editor.text).toEqual(['task a']);
  });

  test('Alt and an arrow move a line with its caret', () => {
    const editor = typed('a\nb\nc');
    editor.press('Alt-ArrowUp');
    expect(editor.lines).toEqual(['a', 'c|', 'b']);
    editor.press('Alt-ArrowUp');
    expect(editor.lines).toEqual(['c|', 'a', 'b']);
    expect(editor.press('Alt-ArrowUp')).toBe(false);
    editor.press('Alt-ArrowDown');
    expect(editor.lines).toEqual(['a', 'c|', 'b']);
  });
});
