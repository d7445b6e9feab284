import { describe, expect, test } from 'vitest';
import { schema } from '../../../protocol/schema.ts';
import { HeadlessEditor } from './headless-editor.ts';

function typed(text: string): HeadlessEditor {
  const editor = new HeadlessEditor();
  editor.type(text);
  return editor;
}

describe('[E5] Markdown while typing', () => {
  test.each([
    ['# a', 'h1 a'],
    ['## a', 'h2 a'],
    ['### a', 'h3 a'],
    ['- a', 'bullet a'],
    ['* a', 'bullet a'],
    ['+ a', 'bullet a'],
    ['1. a', 'ordered a'],
    ['1) a', 'ordered a'],
    ['[] a', 'task a'],
    ['[ ] a', 'task a'],
    ['[x] a', 'task✓ a'],
    ['- [x] a', 'task✓ a'],
    ['> a', 'quote a'],
    ['```\na', 'codeBlock a'],
    ['``` a', 'codeBlock a'],
    ['~~~\na', 'codeBlock a'],
    ['```js\na', 'codeBlock a'],
    ['``a', '``a'],
    ['2. a', 'ordered a'],
    ['12) a', 'ordered a'],
    ['1984. a', '1984. a'],
    ['a # b', 'a # b'],
    ['#### a', 'h3 a'],
  ])('%s becomes %s', (text, line) => {
    expect(typed(text).text).toEqual([line]);
  });

  test('--- becomes a rule above the line it was typed in', () => {
    expect(typed('a\n---b').text).toEqual(['a', 'horizontalRule ', 'b']);
  });

  test('a marker typed again in its list is not repeated', () => {
    expect(typed('- a\n- b').text).toEqual(['bullet a', 'bullet b']);
  });

  test('a list marker within a heading stays text', () => {
    expect(typed('# 1. Introduction').text).toEqual(['h1 1. Introduction']);
  });

  test.each([
    ['a **b** c', 'a <strong>b</strong> c'],
    ['a __b__ c', 'a <strong>b</strong> c'],
    ['a *b* c', 'a <em>b</em> c'],
    ['a _b_ c', 'a <em>b</em> c'],
    ['a ~~b~~ c', 'a <s>b</s> c'],
    ['a `b` c', 'a <code>b</code> c'],
    ['a_b_c', 'a_b_c'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['`a *b* c`', '<code>a *b* c</code>'],
    ['[b](https://c.d) e', '<a:https://c.d>b</a> e'],
    ['[b](c.d/e_(f)) g', '<a:https://c.d/e_(f)>b</a> g'],
    ['[b](javascript:c) d', '[b](javascript:c) d'],
    ['`[b](https://c.d)`', '<code>[b](https://c.d)</code>'],
    ['see https://a.b/c, d', 'see <a:https://a.b/c>https://a.b/c</a>, d'],
    ['(https://a.b/c_(d)) e', '(<a:https://a.b/c_(d)>https://a.b/c_(d)</a>) e'],
    ['www.a.b c', '<a:https://www.a.b>www.a.b</a> c'],
    ['ann@a.bc d', '<a:mailto:ann@a.bc>ann@a.bc</a> d'],
    ['`https://a.b c`', '<code>https://a.b c</code>'],
    ['https:// www. a', 'https:// www. a'],
    ['a.b c', 'a.b c'],
  ])('%s becomes %s', (text, expected) => {
    const tags: Record<string, string> = {
      bold: 'strong',
      italic: 'em',
      strike: 's',
      code: 'code',
      link: 'a',
    };
    let html = '';
    typed(text).state.doc.firstChild?.forEach((node) => {
      const names = node.marks.map((mark) => tags[mark.type.name]);
      const starts = node.marks.map(({ attrs }, i) =>
        attrs.href ? `<${names[i]}:${attrs.href}>` : `<${names[i]}>`
      );
      html += starts.join('') + node.text + names.map((name) => `</${name}>`).join('');
    });
    expect(html).toBe(expected);
  });
});

describe('[E5] an input rule is an edit of its own', () => {
  test.each([
    '# ',
    '#### ',
    '- ',
    '7. ',
    '[x] ',
    '> ',
    '``` ',
    '```js ',
    '---',
    '**b**',
    '`c`',
    '[d](https://e.f)',
    'https://a.b ',
    'ann@a.bc ',
  ])(
    'undo of %s gives back what was typed, and Backspace right after it does the same',
    (text) => {
      const undone = typed(`first\n${text}`);
      undone.press('Mod-z');
      expect(undone.lines).toEqual(['first', `${text}|`]);
      const deleted = typed(`first\n${text}`);
      deleted.press('Backspace');
      expect(deleted.lines).toEqual(['first', `${text}|`]);
    },
  );

  test('a fence and an address that Enter ends are undone apart from it', () => {
    const fence = typed('```js\n');
    expect(fence.state.doc.firstChild?.attrs.language).toBe('js');
    expect(fence.lines).toEqual(['codeBlock |']);
    fence.press('Mod-z');
    expect(fence.lines).toEqual(['```js|']);
    const address = typed('https://a.b\n');
    const isLink = () => address.state.doc.rangeHasMark(1, 5, schema.marks.link);
    expect(address.lines).toEqual(['https://a.b', '|']);
    expect(isLink()).toBe(true);
    address.press('Mod-z');
    expect(address.lines).toEqual(['https://a.b|']);
    address.press('Mod-z');
    expect(isLink()).toBe(false);
    expect(address.lines).toEqual(['https://a.b|']);
  });

  test('a rule that was taken back is not applied again by the next key', () => {
    const editor = typed('https://a.b ');
    editor.press('Backspace');
    editor.type(' c');
    expect(editor.state.doc.rangeHasMark(1, 5, schema.marks.link)).toBe(false);
    expect(editor.lines).toEqual(['https://a.b  c|']);
  });

  test('after anything else Backspace is Backspace', () => {
    const editor = typed('**b**c');
    editor.press('Backspace');
    expect(editor.lines).toEqual(['b|']);
  });

  test('what was typed before the rule is undone apart from it', () => {
    const editor = typed('- a');
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['bullet |']);
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['- |']);
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['|']);
  });
});

describe('[E10] Enter', () => {
  test.each([
    ['keeps the kind and level of a list', '- a\nb', ['bullet a', 'bullet b|']],
    ['leaves a heading', '# a\nb', ['h1 a', 'b|']],
    ['goes on with a quote', '> a\nb', ['quote a', 'quote b|']],
    ['does not copy a check mark', '[x] a\nb', ['task✓ a', 'task b|']],
    ['ends a list on its empty item', '- a\n\nb', ['bullet a', 'b|']],
    ['ends a quote on its empty line', '> a\n\nb', ['quote a', 'b|']],
  ])('%s', (_name, text, lines) => {
    expect(typed(text).lines).toEqual(lines);
  });

  test('on an empty item goes out level by level', () => {
    const editor = typed('- a\nb');
    editor.press('Tab');
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', 'bullet1 |']);
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', 'bullet |']);
    editor.type('\n');
    expect(editor.lines).toEqual(['bullet a', 'bullet1 b', '|']);
  });

  test('at the start of a heading makes a plain line above it', () => {
    const editor = typed('# ab');
    editor.caret(0, 0);
    editor.press('Enter');
    expect(editor.lines).toEqual(['', 'h1 |ab']);
  });

  test('within a line splits it, and replaces what is selected', () => {
    const editor = typed('[x] abcd');
    editor.select([0, 1], [0, 3]);
    editor.press('Enter');
    expect(editor.lines).toEqual(['task✓ a', 'task |d']);
  });

  test('in code is a line break; arrow down at its end leaves it', () => {
    const editor = typed('```\na\nb');
    expect(editor.lines).toEqual(['codeBlock a\nb|']);
    editor.press('ArrowDown');
    editor.type('c');
    expect(editor.lines).toEqual(['codeBlock a\nb', 'c|']);
  });
});

describe('[E11] Backspace at the start of a line', () => {
  test('goes out, then to text, then joins the line above', () => {
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

  test('turns a heading, a quote and code into text', () => {
    for (const marker of ['# ', '> ', '```\n']) {
      const editor = typed(`${marker}a`);
      editor.caret(0, 0);
      editor.press('Backspace');
      expect(editor.lines).toEqual(['|a']);
    }
  });

  test('below an empty line takes that line away', () => {
    const editor = typed('\na');
    editor.caret(1, 0);
    editor.press('Backspace');
    expect(editor.lines).toEqual(['|a']);
  });
});

describe('[E12] Tab', () => {
  test('moves items in, at most one level below the item above, and out', () => {
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

  test('does not move the first item, and stays in the list all the same', () => {
    const editor = typed('- a');
    expect(editor.press('Tab')).toBe(true);
    expect(editor.text).toEqual(['bullet a']);
  });

  test('leaves the editor outside of lists', () => {
    const editor = typed('a');
    expect(editor.press('Tab')).toBe(false);
    expect(editor.press('Shift-Tab')).toBe(false);
  });
});

describe('[E13] a kind is set and taken away by its key', () => {
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

  test('on several lines of different kinds at once', () => {
    const editor = typed('# a\nb\n- c');
    editor.selectAll();
    editor.press('Mod-Shift-7');
    expect(editor.text).toEqual(['ordered a', 'ordered b', 'ordered c']);
    editor.press('Mod-Alt-0');
    expect(editor.text).toEqual(['a', 'b', 'c']);
  });

  test('several lines become one code block, and lines again', () => {
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

  test('Alt and an arrow move a line, with its caret', () => {
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
