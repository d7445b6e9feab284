/**
 * In the place of `lib0/dom` in what browsers load (docs/decisions/0012-replace-lib0-modules-in-the-browser.md): of all it has,
 * y-prosemirror reads the page's document, and the rest brings a validation library along.
 */
export const doc = globalThis.document;
