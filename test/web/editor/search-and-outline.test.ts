import { DecorationSet } from 'prosemirror-view';
import { describe, expect, test } from 'vitest';
import { schema } from '../../../protocol/schema.ts';
import { outlineOf } from '../../../web/editor/model/outline.ts';
import { createSearch, type Search } from '../../../web/editor/search/search.ts';
import { searchPlugin } from '../../../web/editor/search/search-plugin.ts';
import { wordCountOf } from '../../../web/editor/model/word-count.ts';
import { connect, exchange, HeadlessEditor, typed } from './headless-editor.ts';

describe('[E20] find and replace', () => {
  function openSearch(text: string): { editor: HeadlessEditor; search: Search } {
    const editor = typed(text, { plugins: [searchPlugin()] });
    editor.caret(0, 0);
    return { editor, search: createSearch(editor.view) };
  }

  test('moves from match to match, and wraps around', () => {
    const { editor, search } = openSearch('a rope\nno\n- Rope and rope');
    expect(search.open({ text: 'rope' })).toMatchObject({ count: 3, current: 1 });
    expect(editor.lines[0]).toBe('a rope|');
    expect(search.next().current).toBe(2);
    expect(search.next().current).toBe(3);
    expect(editor.lines[2]).toBe('bullet Rope and rope|');
    expect(search.next().current).toBe(1);
    expect(search.previous().current).toBe(3);
    search.close();
    expect(search.result).toMatchObject({ count: 0, current: 0 });
  });

  test.each([
    [{ text: 'Rope', caseSensitive: true }, 1],
    [{ text: 'rope', wholeWord: true }, 2],
    [{ text: 'o' }, 3],
    [{ text: '' }, 0],
    [{ text: 'absent' }, 0],
  ])('%j is found %d times', (query, count) => {
    expect(openSearch('Rope ropes rope').search.open(query).count).toBe(count);
  });

  test.each([
    ['5\u00a0km and 1\u202f000', '5 km'],
    ['1\u202f000', '1 000'],
    ['don’t', "don't"],
    ["don't", 'don’t'],
    ['“fine”', '"fine"'],
    ['cafe\u0301', 'café'],
    ['Z\u00fcrich', 'zu\u0308rich'],
    ['\u30d5\u309a\u30b9', 'プス'],
    ['\u1100\u1161\u11a8', '각'],
    ['\uac00\u11a8', '각'],
    ['co\u00adoperation', 'cooperation'],
    ['data\u200bbase', 'database'],
    ['Straße', 'STRASSE'],
    ['STRASSE', 'straße'],
    ['ẞ', 'ss'],
    ['İstanbul', 'istanbul'],
    ['ﬁnal oﬃce', 'office'],
    ['ｆｕｌｌｗｉｄｔｈ', 'Fullwidth'],
    ['non\u2011breaking', 'non-breaking'],
    ['wait…', 'wait...'],
    ['x² is', 'x2 is'],
    ['👩\u200d👧', '👩\u200d👧'],
  ])('finds in %j what looks like %j, and all of it', (text, query) => {
    const { editor, search } = openSearch(`a ${text} z`);
    expect(search.open({ text: query }).count).toBe(1);
    search.replaceAll('Q');
    expect(editor.text[0]).toMatch(/^a (?:.* )?Q(?: .*)? z$/);
  });

  test.each([['e', 'cafe\u0301'], ['f', 'ﬁ'], ['s', 'ß'], ['\u1100', '각'], ['.', '…']])(
    'does not find %j as a part of the one character in %j',
    (query, text) => {
      expect(openSearch(text).search.open({ text: query }).count).toBe(0);
    },
  );

  test('finds whole words only, in every script and beside every sign', () => {
    const count = (text: string, query: string) =>
      openSearch(text).search.open({ text: query, wholeWord: true }).count;
    expect(count('art, start art_ (art) art', 'art')).toBe(3);
    expect(count('über überall', 'ÜBER')).toBe(1);
    expect(count('C++ C++11', 'c++')).toBe(2);
    expect(count('cafe\u0301s cafe\u0301', 'café')).toBe(1);
  });

  test('finds and replaces by a regular expression, in each line', () => {
    const { editor, search } = openSearch('2024-01-02 and 2025-12-31\n30.1.2024');
    expect(search.open({ text: '\\d{4}-\\d\\d', regularExpression: true }).count).toBe(2);
    expect(search.replaceAll('Q')).toBe(2);
    expect(editor.text).toEqual(['Q-02 and Q-31', '30.1.2024']);
    expect(search.open({ text: '^\\d+|4$', regularExpression: true }).count).toBe(2);
    expect(search.open({ text: 'AND', regularExpression: true }).count).toBe(1);
    expect(search.open({ text: 'AND', regularExpression: true, caseSensitive: true }).count).toBe(
      0,
    );
    expect(search.open({ text: 'an', regularExpression: true, wholeWord: true }).count).toBe(0);
    expect(() => search.open({ text: '(', regularExpression: true })).toThrow(SyntaxError);
    expect(() => search.open({ text: '(a)\\1', regularExpression: true })).toThrow(/not supported/);
  });

  test('ends the search for a regular expression that takes too long, and says so', () => {
    const { search } = openSearch('a'.repeat(20_000));
    // Each match ends at its first character, after a look at the rest of the line.
    expect(search.open({ text: 'a.*b|a', regularExpression: true })).toMatchObject({
      isPartial: true,
    });
    expect(search.open({ text: '(a+)+$', regularExpression: true })).toMatchObject({
      count: 1,
      isPartial: false,
    });
  });

  test('treats the query literally, and ignores case in every script', () => {
    expect(openSearch('a.b a+b (a.b) [x] \\d 5').search.open({ text: '.b' }).count).toBe(2);
    expect(openSearch('\\d 5').search.open({ text: '\\d' }).count).toBe(1);
    expect(openSearch('ÜBER über ΣΟΦΙΑ σοφια').search.open({ text: 'über' }).count).toBe(2);
    expect(openSearch('ΣΟΦΙΑ σοφια').search.open({ text: 'Σοφια' }).count).toBe(2);
  });

  test('replaces one match and moves on, and replaces all in one undo step', () => {
    const { editor, search } = openSearch('ab ab\nx **ab** ab');
    search.open({ text: 'ab' });
    expect(search.replace('c')).toMatchObject({ count: 3, current: 1 });
    expect(editor.text).toEqual(['c ab', 'x ab ab']);
    expect(search.replaceAll('long')).toBe(3);
    expect(editor.text).toEqual(['c long', 'x long long']);
    const bold = editor.state.doc.child(1).child(1);
    expect([bold.text, bold.marks[0]?.type.name]).toEqual(['long', 'bold']);
    editor.press('Mod-z');
    expect(editor.text).toEqual(['c ab', 'x ab ab']);
  });

  test('replaces each match once if the replacement contains the query, and keeps emptied lines', () => {
    const { editor, search } = openSearch('a\na\nb');
    search.open({ text: 'a' });
    expect(search.replaceAll('aa')).toBe(2);
    expect(editor.text).toEqual(['aa', 'aa', 'b']);
    expect(search.replaceAll('')).toBe(4);
    expect(editor.text).toEqual(['', '', 'b']);
  });

  test('highlights matches in remote edits, and notifies listeners', () => {
    const { editor, search } = openSearch('one\ntwo one');
    const other = new HeadlessEditor();
    exchange(editor.doc, other.doc);
    connect(editor.doc, other.doc);
    const counts: number[] = [];
    search.onChange(({ count }) => counts.push(count));
    search.open({ text: 'one' });
    other.caret(0, 0);
    other.type('one\n');
    expect(search.result.count).toBe(3);
    expect(counts.at(-1)).toBe(3);
    const highlighted = editor.state.plugins.flatMap((plugin) => {
      const set = plugin.props.decorations?.call(plugin, editor.state);
      return set instanceof DecorationSet ? set.find() : [];
    }).map(({ from, to }) => editor.state.doc.textBetween(from, to));
    expect(highlighted).toEqual(['one', 'one', 'one']);
  });

  test('replacing all keeps concurrent edits', () => {
    const { editor, search } = openSearch('ab ab\nab');
    const other = new HeadlessEditor();
    exchange(editor.doc, other.doc);
    other.caret(0, 2);
    other.type(' BOB');
    search.open({ text: 'ab' });
    search.replaceAll('c');
    exchange(editor.doc, other.doc);
    expect(editor.text).toEqual(['c BOB c', 'c']);
    expect(other.text).toEqual(editor.text);
  });

  test('writes a thousand replacements as one update', () => {
    const { editor, search } = openSearch('x');
    const line = schema.nodes.paragraph.create(null, schema.text('ab '.repeat(20)));
    const lines = Array.from({ length: 50 }, () => line);
    editor.dispatch(editor.state.tr.insert(0, lines));
    search.open({ text: 'ab' });
    let updates = 0;
    editor.doc.on('update', () => updates++);
    expect(search.replaceAll('c')).toBe(1000);
    expect(updates).toBe(1);
    const again = new HeadlessEditor();
    exchange(editor.doc, again.doc);
    expect(new HeadlessEditor(again.doc).text).toEqual(editor.text);
  });
});

describe('[E21] outline and word count', () => {
  test('lists the headings that have text', () => {
    const editor = typed('# A **b**\n\ntext\n## C\n- d\n\n### E');
    editor.type('\n# ');
    expect(outlineOf(editor.state.doc).map(({ level, text }) => `${level} ${text}`))
      .toEqual(['1 A b', '2 C', '3 E']);
    const [, second] = outlineOf(editor.state.doc);
    expect(editor.state.doc.nodeAt(second?.position ?? 0)?.textContent).toBe('C');
  });

  test.each([
    ['', 0, 0],
    ['one two', 2, 7],
    ["it's well-known, isn't it?", 4, 26],
    ['3.14 is 1,000 times', 4, 19],
    ['  spaced   out  ', 2, 16],
    ['漢字かな', 4, 4],
    ['über naïve 😀', 2, 12],
    ['– … !', 0, 5],
  ])('%j has %d words and %d characters', (text, words, characters) => {
    const line = schema.nodes.paragraph.create(null, text === '' ? null : schema.text(text));
    expect(wordCountOf(schema.nodes.doc.create(null, [line]))).toEqual({ words, characters });
  });

  test('lines and line breaks separate words', () => {
    const editor = typed('one\ntwo');
    editor.press('Shift-Enter');
    editor.type('three');
    expect(wordCountOf(editor.state.doc).words).toBe(3);
  });
});
