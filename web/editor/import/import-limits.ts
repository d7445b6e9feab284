/**
 * So much is read of a file or of the clipboard, in characters and in lines: some 400 pages. More
 * would stop the page for seconds, and the document is near its own limit then.
 */
export const importLimits = {
  htmlLength: 4_000_000,
  textLength: 1_000_000,
  lines: 20_000,
} as const;

/** Throws a `RangeError` where an HTML file is too long to be read. */
export function checkLength(html: string): void {
  if (html.length > importLimits.htmlLength) {
    throw new RangeError(`Cannot import: longer than ${importLimits.htmlLength} characters`);
  }
}

/** Whether a text is longer, or has more lines, than is read. */
export function isTooLong(text: string): boolean {
  if (text.length > importLimits.textLength) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (++lines > importLimits.lines) return true;
  }
  return false;
}
