import type { Node } from 'prosemirror-model';
import { checkLength, checkSize } from './import-limits.ts';

/**
 * Markdown as a document of the schema: CommonMark with GFM's strike, tables and tasks. What our
 * own export writes comes back as the same lines. HTML stays text. What the schema has no place for
 * becomes what is nearest: a fourth-level heading one of the third, a row of a table a line.
 *
 * Loads the parser when it is first called; rejects with a `TypeError` where that is out of reach,
 * and with a `RangeError` for a text that is too long.
 */
export async function markdownToLines(markdown: string): Promise<Node> {
  checkLength(markdown);
  const { readMarkdown } = await import('./markdown-reader.ts');
  return checkSize(readMarkdown(markdown));
}
