import { expect, test } from 'vitest';
import { sectionInLink, sectionNames } from '../../../protocol/text/section-names.ts';

test('[R28] names sections as GitHub does, each once', () => {
  expect(sectionNames(['Install', 'How to use it?', 'Über Größen & Maße', 'C++ / C#', '日本 語']))
    .toEqual(['install', 'how-to-use-it', 'über-größen--maße', 'c--c', '日本-語']);
  expect(sectionNames(['a', 'a', 'a-1', 'a', '!!!', '__proto__', 'constructor']))
    .toEqual(['a', 'a-1', 'a-1-1', 'a-2', '', '__proto__', 'constructor']);
  expect(sectionNames(['U\u0308ber'])).toEqual(['über']);
});

test('[P8] names of many equal and of long headings take steps and characters in proportion', () => {
  const names = sectionNames(Array.from({ length: 20_000 }, () => 'a'));
  expect(new Set(names).size).toBe(20_000);
  expect(sectionNames(['x'.repeat(100_000)])[0]?.length).toBe(200);
});

test.each([['#install', 'install'], ['#%C3%BCber', 'über'], ['#100%', '100%'], ['#', '']])(
  '[R28] the link %j means %j',
  (fragment, name) => expect(sectionInLink(fragment)).toBe(name),
);
