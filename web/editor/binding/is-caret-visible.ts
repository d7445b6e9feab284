/** Whether the view has the focus and its selection is within the window. */
export function isCaretVisible(view: { hasFocus(): boolean }): boolean {
  const selection = view.hasFocus() ? document.getSelection() : null;
  if (!selection?.anchorNode || !selection.focusNode) return false;
  const range = document.createRange();
  range.setStart(selection.anchorNode, selection.anchorOffset);
  range.setEnd(selection.focusNode, selection.focusOffset);
  // The range of a caret in an empty line has no rectangle.
  if (range.getClientRects().length === 0) range.selectNodeContents(range.startContainer);
  const { top, right, bottom, left } = range.getBoundingClientRect();
  return bottom >= 0 && right >= 0 && left <= innerWidth && top <= innerHeight;
}
