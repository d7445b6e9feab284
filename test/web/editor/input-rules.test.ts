import { describe, expect, test } from 'vitest';
import { schema } from '../../../protocol/schema.ts';
import { typed } from './headless-editor.ts';

describe('[E5] formats Markdown as the user types', () => {
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
    ['``` a\nb', 'codeBlock b'],
    ['```js b', 'codeBlock b'],
    ['````md\nb', 'codeBlock b'],
    ['~~~\na', 'codeBlock a'],
    ['```js\na', 'codeBlock a'],
    ['``a', '``a'],
    ['2. a', '2. a'],
    ['12) a', '12) a'],
    ['1984. a', '1984. a'],
    ['a # b', 'a # b'],
    ['#### a', '#### a'],
  ])('%s becomes %s', (text, line) => {
    expect(typed(text).text).toEqual([line]);
  });

  test('--- becomes a rule above its line', () => {
    expect(typed('a\n---b').text).toEqual(['a', 'horizontalRule ', 'b']);
  });

  test('a number that its list would not show stays', () => {
    expect(typed('1. a\n2. b\n5. c').text).toEqual(['ordered a', 'ordered b', 'ordered 5. c']);
    expect(typed('3. a\n4. b').text).toEqual(['3. a', '4. b']);
    const editor = typed('1. a\nb');
    editor.press('Mod-Alt-0');
    editor.caret(1, 0);
    editor.type('2. ');
    expect(editor.text).toEqual(['ordered a', 'ordered b']);
  });

  test('an image with a safe address becomes a block', () => {
    expect(typed('![a pier](https://b.c/d.png)e').text).toEqual(['image ', 'e']);
    expect(typed('text ![a](https://b.c/d.png) e').text).toEqual(['text  e', 'image ']);
  });

  test('a closing fence ends a code block', () => {
    const editor = typed('```js\na\n```\nb');
    expect(editor.lines).toEqual(['codeBlock a', 'b|']);
    const above = typed('```\na');
    expect(above.press('ArrowUp')).toBe(true);
    above.type('b');
    expect(above.text).toEqual(['b', 'codeBlock a']);
  });

  test('a fence with a space before its language keeps the language', () => {
    const editor = typed('``` js\n');
    expect(editor.state.doc.firstChild?.attrs.language).toBe('js');
  });

  test('a list marker typed in a list item is removed', () => {
    expect(typed('- a\n- b').text).toEqual(['bullet a', 'bullet b']);
  });

  test('a list marker in a heading stays text', () => {
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
    ['2*3*4', '2*3*4'],
    ['2**3**4', '2**3**4'],
    ['C:\\_x_ y', 'C:\\_x_ y'],
    ['\\*a* b', '\\*a* b'],
    ['***a*** b', '<strong><em>a</strong></em> b'],
    ['___a___ b', '<strong><em>a</strong></em> b'],
    ['*a **b** c* d', '<em>a </em><strong><em>b</strong></em><em> c</em> d'],
    ['**a _b_ c** d', '<strong>a </strong><strong><em>b</strong></em><strong> c</strong> d'],
    ['*a *b* c', '*a <em>b</em> c'],
    ['(*a*) b', '(<em>a</em>) b'],
    ['"**a**" b', '"<strong>a</strong>" b'],
    ['a *b * c', 'a *b * c'],
    ['a * b* c', 'a * b* c'],
    ['a **b* c', 'a **b* c'],
    ['****a**** b', '****a**** b'],
    ['这是**粗**字', '这是<strong>粗</strong>字'],
    ['https://a.b/_c_/d e', '<a:https://a.b/_c_/d>https://a.b/_c_/d</a> e'],
    ['![a](http://b.c/d.png) e', '![a](http://b.c/d.png) e'],
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

describe('[E5] an input rule is an undo step of its own', () => {
  test.each([
    '# ',
    '- ',
    '1. ',
    '[x] ',
    '> ',
    '```js ',
    '---',
    '**b**',
    '`c`',
    '[d](https://e.f)',
    'https://a.b ',
    'ann@a.bc ',
  ])(
    'undo of %s restores the typed text, and so does Backspace right after it',
    (text) => {
      const undone = typed(`first\n${text}`);
      undone.press('Mod-z');
      expect(undone.lines).toEqual(['first', `${text}|`]);
      const deleted = typed(`first\n${text}`);
      deleted.press('Backspace');
      expect(deleted.lines).toEqual(['first', `${text}|`]);
    },
  );

  test('a fence or an address that Enter completes is undone separately from Enter', () => {
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

  test('the next key does not apply an undone rule again', () => {
    const editor = typed('https://a.b ');
    editor.press('Backspace');
    editor.type(' c');
    expect(editor.state.doc.rangeHasMark(1, 5, schema.marks.link)).toBe(false);
    expect(editor.lines).toEqual(['https://a.b  c|']);
  });

  test('after another edit Backspace deletes', () => {
    const editor = typed('**b**c');
    editor.press('Backspace');
    expect(editor.lines).toEqual(['b|']);
  });

  test('the text typed before the rule is undone separately', () => {
    const editor = typed('- a');
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['bullet |']);
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['- |']);
    editor.press('Mod-z');
    expect(editor.lines).toEqual(['|']);
  });
});
