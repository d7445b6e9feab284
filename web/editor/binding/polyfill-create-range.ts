/**
 * y-prosemirror asks the root its view is in for a range whenever somebody else's edit arrives while
 * the editor has the focus. A shadow root has no such method: the edit would throw, and the two
 * documents would part. Call it before the view is made.
 */
export function polyfillCreateRange(root: Node): void {
  if (!(root instanceof ShadowRoot) || 'createRange' in root) return;
  Object.assign(root, { createRange: () => document.createRange() });
}
