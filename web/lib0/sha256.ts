/**
 * In the place of `lib0/hash/sha256` in what browsers load (docs/decisions/0012-replace-lib0-modules-in-the-browser.md): y-prosemirror
 * names by it marks that may lie over others of their own type. The schema has none, and a test sees
 * to it that this stays so. Throws: a mark under a wrong name would be unknown to everybody else.
 */
export function digest(_data: Uint8Array): never {
  throw new TypeError('Cannot name mark: none of the schema may lie over another of its type');
}
