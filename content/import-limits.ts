import type { Node } from 'prosemirror-model';

/**
 * Limits of an imported file or a paste, of about 400 pages. More would block the page for seconds,
 * and would bring the document close to its own size limit.
 */
export const importLimits = {
  /** Characters of an imported file, or of pasted HTML. */
  sourceLength: 4_000_000,
  /** Characters of pasted text. */
  textLength: 1_000_000,
  /** Lines of a paste. */
  lines: 20_000,
  /** Lines of an imported file. Some are empty, and Markdown joins others. */
  linesOfFile: 100_000,
  /**
   * Size of the resulting content, in ProseMirror positions. It is sent as one update: at most
   * three bytes per character, which is below the service's message limit.
   */
  size: 2_000_000,
} as const;

/** Throws a `RangeError` if a file has too many characters or lines. */
export function checkLength(text: string): void {
  if (text.length > importLimits.sourceLength) {
    throw new RangeError(
      `Cannot import file: it has more than ${importLimits.sourceLength} characters`,
    );
  }
  if (hasMoreLines(text, importLimits.linesOfFile)) {
    throw new RangeError(`Cannot import file: it has more than ${importLimits.linesOfFile} lines`);
  }
}

/** Returns the imported document. Throws a `RangeError` if it is too large. */
export function checkSize(document: Node): Node {
  if (document.content.size > importLimits.size) {
    throw new RangeError(
      `Cannot import file: its text has more than ${importLimits.size} characters`,
    );
  }
  return document;
}

/** Whether a text has too many characters or lines to be pasted. */
export function isTooLong(text: string): boolean {
  return text.length > importLimits.textLength || hasMoreLines(text, importLimits.lines);
}

function hasMoreLines(text: string, max: number): boolean {
  let lines = 1;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    if (++lines > max) return true;
  }
  return false;
}
