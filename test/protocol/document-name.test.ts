import { expect, it } from 'vitest';
import { isDocumentName } from '../../protocol/document-name.ts';

it('accepts 1 to 128 letters, digits, "-", "_" or "~"', () => {
  for (const name of ['a', 'Notes-2026_11~x', 'x'.repeat(128)]) {
    expect(isDocumentName(name), name).toBe(true);
  }
  const bad = ['', 'x'.repeat(129), 'a.b', 'a/b', '..', 'a b', 'é', 'a%20', 'a\n', '__proto__\0'];
  for (const name of bad) expect(isDocumentName(name), name).toBe(false);
});
