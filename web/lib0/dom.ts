/**
 * In the place of `lib0/dom` in what browsers load (docs/decisions: what browsers load of lib0): of all it has,
 * y-prosemirror reads the page's document, and the rest brings a validation library along.
 */
export const doc = globalThis.document;
