import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../../worker/core/render/markdown.ts';
import { bold, documentOf, element, line, link, received } from './sample-documents.ts';

/** The output of `renderMarkdown` without the line break at the end. */
function markdown(...drafts: Parameters<typeof documentOf>[0]): string {
  return renderMarkdown(documentOf(drafts)).replace(/\n$/, '');
}

function marked(insert: string, ...marks: string[]) {
  return { insert, attributes: Object.fromEntries(marks.map((mark) => [mark, {}])) };
}

describe('text', () => {
  test.each([
    ['# no heading', '\\# no heading'],
    ['#', '\\#'],
    ['#hashtag', '#hashtag'],
    ['1. x', '1\\. x'],
    ['2026) x', '2026\\) x'],
    ['1.5 litres', '1.5 litres'],
    ['- x', '\\- x'],
    ['+ x', '\\+ x'],
    ['* x', '\\* x'],
    ['-5 degrees', '-5 degrees'],
    ['---', '\\---'],
    ['===', '\\==='],
    ['> x', '\\> x'],
    ['a > b', 'a > b'],
    ['*a* _b_ **c** __d__', '\\*a\\* \\_b\\_ \\*\\*c\\*\\* \\_\\_d\\_\\_'],
    ['snake_case_name', 'snake_case_name'],
    ['`code` ```', '\\`code\\` \\`\\`\\`'],
    ['~~~ ~~a~~', '\\~\\~\\~ \\~\\~a\\~\\~'],
    ['<b>x</b> 1 < 2', '\\<b>x\\</b> 1 \\< 2'],
    ['[a](b) ![c](d) [e]: f', '\\[a\\](b) !\\[c\\](d) \\[e\\]: f'],
    ['&amp; &#60; AT&T', '\\&amp; \\&#60; AT&T'],
    ['a | b', 'a \\| b'],
    ['back\\slash', 'back\\\\slash'],
    ['    four spaces', '&#32;   four spaces'],
    ['end ', 'end&#32;'],
    ['[ ] no task', '\\[ \\] no task'],
  ])('[R9] escapes %j as %j', (text, written) => {
    expect(markdown(line(text))).toBe(written);
  });

  test('[R9] escapes the start of each line of a paragraph', () => {
    expect(markdown(line('a\n- b\n---\n# c'))).toBe('a\\\n\\- b\\\n\\---\\\n\\# c');
  });

  test('[R9] a ! before a link does not make it an image', () => {
    expect(markdown(line(['Look!', link('here', '/a')]))).toBe('Look\\![here](/a)');
  });

  test('[R9] keeps a # at the end of a heading', () => {
    expect(markdown(line('C #', { kind: 'h1' }))).toBe('# C \\#');
  });
});

describe('marks', () => {
  test('[R10] renders bold, italic, strike and code, and omits underlining', () => {
    const text = [
      marked('a', 'bold'),
      marked(' '),
      marked('b', 'italic'),
      marked(' '),
      marked('c', 'strike'),
      marked(' '),
      marked('d', 'code'),
      marked(' '),
      marked('e', 'underline'),
    ];
    expect(markdown(line([text]))).toBe('**a** _b_ ~~c~~ `d` e');
  });

  test('[R10] nests overlapping marks', () => {
    const text = [marked('a', 'bold'), marked(' b', 'bold', 'italic'), marked(' c', 'italic')];
    expect(markdown(line([text]))).toBe('**a _b_** _c_');
  });

  test('[R10] moves spaces at the ends of a mark outside of it', () => {
    expect(markdown(line(['a', bold(' b '), 'c', bold(' '), 'd']))).toBe('a **b** c d');
  });

  test('[R10] writes a letter as a reference where a delimiter would not be recognized', () => {
    expect(markdown(line(['a', bold('(b)'), 'c']))).toBe('&#97;**(b)**&#99;');
    expect(markdown(line([[marked('ab'), marked('c', 'italic'), marked('de')]])))
      .toBe('a&#98;_c_&#100;e');
    expect(markdown(line([[marked('ab'), marked('c', 'bold'), marked('de')]]))).toBe('ab**c**de');
  });

  test('[R10] code keeps its backticks and spaces', () => {
    expect(markdown(line([[marked('a`b``c', 'code')]]))).toBe('```a`b``c```');
    expect(markdown(line([[marked('`a`', 'code')]]))).toBe('`` `a` ``');
    expect(markdown(line([[marked(' a ', 'code')]]))).toBe('`  a  `');
    expect(markdown(line([[marked('*<_', 'code')]]))).toBe('`*<_`');
  });

  test('[R10] escapes addresses', () => {
    expect(markdown(line([link('a [b]', 'https://example.org/a_(b)?c=d&copy=1 <"')])))
      .toBe('[a \\[b\\]](https://example.org/a_\\(b\\)?c=d&copy=1%20%3C%22)');
    expect(markdown(line([link('a', 'https://example.org/?a&copy;')])))
      .toBe('[a](https://example.org/?a\\&copy;)');
  });

  test.each([
    ['https://a.org', 'https://a.org'],
    ['https://a.org/b_c/d?e=f&g#h', 'https://a.org/b_c/d?e=f&g#h'],
    ['https://a.org/_b_', '<https://a.org/_b_>'],
    ['https://a.org/b_(c)', '<https://a.org/b_(c)>'],
    ['https://a.org/b.', '<https://a.org/b.>'],
    ['http://localhost:8080/', '<http://localhost:8080/>'],
    ['https://a.org/?b&copy;', '[https://a.org/?b\\&copy;](https://a.org/?b\\&copy;)'],
    ['https://a.org/%C3%A4', '[https://a.org/%C3%A4](https://a.org/%C3%A4)'],
    ['https://ä.org/', '[https://ä.org/](https://ä.org/)'],
  ])('[R10] writes the link %s once', (address, written) => {
    expect(markdown(line([link(address, address)]))).toBe(written);
    expect(markdown(line(['see ', link(address, address), ', b']))).toBe(`see ${written}, b`);
  });

  test('[R10] brackets an address where its end would be unclear', () => {
    const address = 'https://a.org/b';
    expect(markdown(line(['a', link(address, address), 'c']))).toBe(`a<${address}>c`);
    expect(markdown(line([link(address, address), '/c']))).toBe(`<${address}>/c`);
    expect(markdown(line([link('ann@a.org', 'mailto:ann@a.org')]))).toBe('<ann@a.org>');
    expect(markdown(line([link('https://a.org', 'https://b.org')])))
      .toBe('[https://a.org](https://b.org)');
  });

  test('[R10] omits hard breaks at the end of a line', () => {
    expect(markdown(line(['a', element('hardBreak'), 'b', element('hardBreak')])))
      .toBe('a\\\nb');
  });
});

describe('blocks', () => {
  const bullet = (text: string, indent = 0) => line(text, { kind: 'bullet', indent });
  const ordered = (text: string, indent = 0) => line(text, { kind: 'ordered', indent });

  test('[R11] renders headings, quotes, rules, code and images', () => {
    expect(markdown(
      line('a', { kind: 'h2' }),
      line('b\nc', { kind: 'quote' }),
      line('d', { kind: 'quote' }),
      element('horizontalRule'),
      element('codeBlock', ['x ```` y'], { language: 'ts' }),
      element('image', [], { src: '/a_(1).png', alt: '[a]', title: 'a "b"' }),
    )).toBe(
      '## a\n\n> b\\\n> c\n>\n> d\n\n___\n\n`````ts\nx ```` y\n`````\n\n' +
        '![\\[a\\]](/a_\\(1\\).png "a \\"b\\"")',
    );
  });

  test('[R11] indents nested lists by the width of the marker above them', () => {
    expect(markdown(bullet('a'), bullet('b', 1), ordered('c', 2), ordered('d', 2), bullet('e')))
      .toBe('- a\n  - b\n    1. c\n    2. d\n- e');
    const ten = Array.from({ length: 10 }, (_, i) => ordered(`${i}`));
    expect(markdown(...ten, bullet('a', 1))).toMatch(/\n10\. 9\n {4}- a$/);
  });

  test('[R11] renders tasks', () => {
    expect(markdown(
      line('a', { kind: 'task', checked: true }),
      line('b', { kind: 'task' }),
      line('', { kind: 'task' }),
      line('c', { kind: 'task', indent: 1 }),
    )).toBe('- [x] a\n- [ ] b\n- [ ] &#32;\n  - [ ] c');
  });

  test('[R11] indents the blocks of an item, separated by empty lines', () => {
    expect(markdown(
      ordered('a'),
      line('b', { indent: 1 }),
      element('codeBlock', ['c\nd '], { indent: 1 }),
      ordered('e'),
    )).toBe('1. a\n\n   b\n\n   ```\n   c\n   d \n   ```\n\n2. e');
  });

  test('[R11] renders skipped levels and empty items', () => {
    expect(markdown(bullet('a', 2))).toBe('- - - a');
    expect(markdown(bullet('', 2))).toBe('- - - &#32;');
    expect(markdown(bullet('a'), bullet('', 1))).toBe('- a\n  - &#32;');
    expect(markdown(bullet(''), bullet('a'))).toBe('-\n- a');
  });

  test('[R11] adjacent lists stay separate', () => {
    expect(markdown(bullet('a'), line('b', { kind: 'task' }), line(''), bullet('c')))
      .toBe('- a\n\n* [ ] b\n\n- c');
    const list = (start: number) =>
      element('orderedList', [element('listItem', [line('a')])], { start });
    expect(markdown(list(1), list(5))).toBe('1. a\n\n5) a');
  });

  test('[R11] a list that does not start at 1 has an empty line above it', () => {
    const inner = element('orderedList', [element('listItem', [line('b')])], { start: 5 });
    expect(markdown(element('bulletList', [element('listItem', [line('a'), inner])])))
      .toBe('- a\n\n  5. b');
  });

  test('[R11] plain text becomes paragraphs of escaped lines', () => {
    const doc = received((doc) => doc.getText('content').insert(0, '# a\nb\n\n\nc'));
    expect(renderMarkdown(doc)).toBe('\\# a\\\nb\n\nc\n');
  });

  test('[R11] renders an empty document as an empty text', () => {
    expect(markdown()).toBe('');
    expect(markdown(line(''), line('', { kind: 'h1' }))).toBe('');
  });
});
