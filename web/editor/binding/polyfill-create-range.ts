/**
 * Adds `createRange` to a shadow root. Call it before you create a view in that root.
 *
 * y-prosemirror calls `root.createRange()` when a remote edit arrives while the editor has the
 * focus. Shadow roots lack that method, so the edit would throw, and the documents would diverge.
 */
export function polyfillCreateRange(root: Node): void {
  if (!(root instanceof ShadowRoot) || 'createRange' in root) return;
  Object.assign(root, { createRange: () => document.createRange() });
}
