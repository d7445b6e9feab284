import type { Node } from 'prosemirror-model';
import { checkLength, checkSize } from './import-limits.ts';

/**
 * Converts Markdown to a document of the schema: CommonMark with GFM strikethrough, tables and
 * tasks. The lines of our own export are restored exactly. HTML stays text. A heading below level 3
 * becomes one of level 3, and a table row becomes a line.
 *
 * The first call loads the parser. Rejects with a `TypeError` when that request fails, and with a
 * `RangeError` if the text exceeds `importLimits`.
 */
export async function markdownToLines(markdown: string): Promise<Node> {
  checkLength(markdown);
  const { readMarkdown } = await import('./markdown-reader.ts');
  return checkSize(readMarkdown(markdown));
}
