/** What the file of a document ends in. SQLite puts `-wal` behind it while it is open. */
const ending = '.sqlite';

/**
 * The file a document lies in. Names of documents differ by case and many file systems do not: the
 * name stands there in small letters, and after a plus the places of the capital ones, as the bits
 * of a hexadecimal number. The plus, which is in no document's name, also keeps it apart from the
 * names that Windows gives to devices.
 *
 * @example fileNameOf('notes') === 'notes+.sqlite'
 * @example fileNameOf('Notes') === 'notes+1.sqlite'
 */
export function fileNameOf(name: string): string {
  let capitals = 0n;
  for (const [place, letter] of [...name].entries()) {
    if (letter !== letter.toLowerCase()) capitals |= 1n << BigInt(place);
  }
  return `${name.toLowerCase()}+${capitals ? capitals.toString(16) : ''}${ending}`;
}

/** The document that lies in a file; null for a file that is none of ours. */
export function nameInFile(file: string): string | null {
  const [, small, hex] = /^([a-z0-9_~-]{1,128})\+([0-9a-f]{0,32})\.sqlite$/.exec(file) ?? [];
  if (small === undefined) return null;
  const capitals = BigInt(`0x${hex || '0'}`);
  const name = [...small].map((letter, place) =>
    capitals >> BigInt(place) & 1n ? letter.toUpperCase() : letter
  ).join('');
  return fileNameOf(name) === file ? name : null;
}
