import type { Node } from 'prosemirror-model';
import { ContentChanges } from '../../../content/content-changes.ts';

/**
 * Converts Markdown to a document of the schema: see `readMarkdown`, which the first call loads.
 * Rejects with a `TypeError` when that request fails, and with a `RangeError` if the text exceeds
 * `importLimits`.
 */
export async function markdownToLines(
  markdown: string,
  changes = new ContentChanges(),
): Promise<Node> {
  const { readMarkdown } = await import('../../../content/read-markdown.ts');
  return readMarkdown(markdown, changes).lines;
}
