import { expect, test } from 'vitest';
import { RegularExpression } from '../../../web/editor/search/regular-expression/regular-expression.ts';
import { Random } from '../../support/random.ts';

function found(pattern: string, text: string, ignoreCase = false): string[] {
  const ranges = new RegularExpression(pattern, { ignoreCase }).findAll(text, { left: 1e7 });
  return ranges.map(({ from, to }) => `${from}-${to}`);
}

/** What the browser finds, without empty matches. */
function foundNatively(pattern: string, text: string): string[] {
  return [...text.matchAll(new RegExp(pattern, 'gmu'))].filter(([match]) => match !== '')
    .map((match) => `${match.index}-${match.index + match[0].length}`);
}

test.each([
  'ab|a',
  'a|ab',
  'a*?b',
  '(?:ab)+',
  'a{2}',
  'a{1,2}?c',
  'a{2,}',
  '[a-c]+',
  '[^a]',
  '\\bab',
  'a\\B',
  '^a',
  'c$',
  '.',
  '\\p{Lu}',
  '(?<n>a)b',
  '\\u0061',
  '\\u{1f600}',
  '\\ud83d\\ude00',
  '😀+',
  '\\/',
  '[\\]\\-a]+',
  '(a|b|)c',
  '(a*)*c',
  '(?:a?){3}c',
  '\\s+',
])('[E20] finds %j as the browser does', (pattern) => {
  const text = 'abc aabbcc\nABC aaab 😀😀 c-]a/c';
  expect(found(pattern, text)).toEqual(foundNatively(pattern, text));
});

test('[E20] finds random patterns as the browser does', () => {
  const random = new Random(7);
  const make = (depth: number): string => {
    const part = () => {
      const atom = depth > 0 && random.chance(0.3)
        ? `(?:${make(depth - 1)})`
        : random.pick(['a', 'b', '.', '[ab]']);
      // Each part takes a character: the rules for repeated empty matches differ.
      return atom + random.pick(['', '', '+', '+?', '{2}', '{1,2}']);
    };
    const branch = () => Array.from({ length: 1 + random.below(3) }, part).join('');
    return Array.from({ length: 1 + random.below(2) }, branch).join('|');
  };
  for (let round = 0; round < 500; round++) {
    const pattern = make(2);
    const text = Array.from({ length: 12 }, () => random.pick(['a', 'b', 'c'])).join('');
    expect(found(pattern, text), `${pattern} in ${text}`).toEqual(foundNatively(pattern, text));
  }
});

test.each(['(a+)+$', '(a|aa)+$', '(.*)*x', '(?:a?){30}a{30}', '(a*)*(a*)*b'])(
  '[P8] takes steps in proportion to the text for %j',
  (pattern) => {
    const steps = (length: number) => {
      const budget = { left: 1e9 };
      new RegularExpression(pattern, { ignoreCase: false }).findAll('a'.repeat(length), budget);
      return 1e9 - budget.left;
    };
    expect(steps(2000)).toBeLessThan(2.5 * steps(1000));
  },
);

test.each([
  '(',
  '[',
  'a**',
  '\\',
  '(?=a)',
  '(?<!a)b',
  '(a)\\1',
  '(?<n>a)\\k<n>',
  '(?:){1000}{1000}',
  '((((a{99}){99}){99}){99})',
  'a'.repeat(1001),
])('[P8] rejects %j', (pattern) => {
  expect(() => new RegularExpression(pattern, { ignoreCase: false })).toThrow(SyntaxError);
});
