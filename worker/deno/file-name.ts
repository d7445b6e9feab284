/**
 * The file name of a document's database. Document names are case sensitive and many file systems
 * are not: the file name is in lower case, followed by `+` and the positions of the capital letters
 * as a hexadecimal bit set. Because of the `+`, no name is one that Windows reserves for a device.
 *
 * @example fileNameOf('notes') === 'notes+.sqlite'
 * @example fileNameOf('Notes') === 'notes+1.sqlite'
 */
export function fileNameOf(name: string): string {
  let capitals = 0n;
  for (const [position, letter] of [...name].entries()) {
    if (letter !== letter.toLowerCase()) capitals |= 1n << BigInt(position);
  }
  return `${name.toLowerCase()}+${capitals ? capitals.toString(16) : ''}.sqlite`;
}

/** The document of a file; null for a file that {@link fileNameOf} did not name. */
export function documentNameOf(file: string): string | null {
  const [, lower, hex] = /^([a-z0-9_~-]{1,128})\+([0-9a-f]{0,32})\.sqlite$/.exec(file) ?? [];
  if (lower === undefined) return null;
  const capitals = BigInt(`0x${hex || '0'}`);
  const name = [...lower].map((letter, position) =>
    capitals >> BigInt(position) & 1n ? letter.toUpperCase() : letter
  ).join('');
  return fileNameOf(name) === file ? name : null;
}
