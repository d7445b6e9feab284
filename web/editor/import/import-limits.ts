import type { Node } from 'prosemirror-model';

/**
 * So much is read of a file or of the clipboard, in characters and in lines: some 400 pages. More
 * would stop the page for seconds, and the document is near its own limit then.
 */
export const importLimits = {
  htmlLength: 4_000_000,
  textLength: 1_000_000,
  lines: 20_000,
  /** A file has empty lines, and lines that are parts of a longer one. */
  linesOfFile: 100_000,
  /**
   * Of what comes out, as ProseMirror counts. It leaves as one update: three bytes for each
   * character, at the worst, are still less than the service takes in one message.
   */
  size: 2_000_000,
} as const;

/** Throws a `RangeError` where a file is too long to be read. */
export function checkLength(text: string): void {
  if (text.length > importLimits.htmlLength) {
    throw new RangeError(`Cannot import: longer than ${importLimits.htmlLength} characters`);
  }
  if (hasMoreLines(text, importLimits.linesOfFile)) {
    throw new RangeError(`Cannot import: more than ${importLimits.linesOfFile} lines`);
  }
}

/** Throws a `RangeError` where what came out is too much for one document; answers it otherwise. */
export function checkSize(document: Node): Node {
  if (document.content.size > importLimits.size) {
    throw new RangeError(`Cannot import: more than ${importLimits.size} characters of text`);
  }
  return document;
}

/** Whether a text is longer, or has more lines, than is pasted. */
export function isTooLong(text: string): boolean {
  return text.length > importLimits.textLength || hasMoreLines(text, importLimits.lines);
}

function hasMoreLines(text: string, most: number): boolean {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (++lines > most) return true;
  }
  return false;
}
