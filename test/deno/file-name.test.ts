import assert from 'node:assert/strict';
import { isDocumentName } from '../../protocol/document-name.ts';
import { documentNameOf, fileNameOf } from '../../worker/deno/file-name.ts';

Deno.test('[P8] names that differ only in case have different files on any file system', () => {
  const names = ['notes', 'Notes', 'nOtes', 'NOTES', 'notes1', 'notes-', 'notes~', 'a', 'A', '_'];
  const longest = 'x'.repeat(128);
  names.push(longest, longest.toUpperCase(), `${longest.slice(1)}X`, 'con', 'NUL', 'aux', 'com1');
  const files = names.map(fileNameOf);
  assert.equal(new Set(files.map((file) => file.toLowerCase())).size, names.length);
  assert.deepEqual(files.map(documentNameOf), names);
  for (const [i, file] of files.entries()) {
    assert.ok(isDocumentName(names[i]!));
    assert.match(file, /^[a-z0-9_~-]+\+[0-9a-f]*\.sqlite$/);
    assert.equal(file, file.toLowerCase());
    // With what SQLite puts behind it, within the 255 that file systems give.
    assert.ok(file.length + '-journal'.length < 255);
  }
});

Deno.test("[P8] a file name gives back the document's name", () => {
  const letters = 'abcXYZ019_~-';
  for (let i = 0; i < 2000; i++) {
    const name = Array.from(
      { length: 1 + Math.floor(Math.random() * 128) },
      () => letters[Math.floor(Math.random() * letters.length)],
    ).join('');
    assert.equal(documentNameOf(fileNameOf(name)), name);
  }
});

Deno.test('other files are not documents', () => {
  const others = ['edgepad.sqlite', 'notes.sqlite', 'notes+.sqlite-wal', 'notes+01.sqlite'];
  for (const file of [...others, 'notes+ff.sqlite', '1+1.sqlite', '../a+.sqlite', '+.sqlite', '']) {
    assert.equal(documentNameOf(file), null, file);
  }
});
