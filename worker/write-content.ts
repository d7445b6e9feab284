import { ContentChanges } from '../content/content-changes.ts';
import { firstUpdate } from '../content/first-update.ts';
import { readText } from '../content/read-text.ts';
import { accessLimits } from '../protocol/access-limits.ts';

/** The content of a new document, as a request states it: a text or Markdown, and a title. */
export interface ContentSource {
  readonly title: string | null;
  readonly text: string | null;
  readonly markdown: string | null;
}

interface WrittenContent {
  /** As a Yjs update. */
  readonly update: Uint8Array;
  /** What was changed or left out, as sentences. */
  readonly changes: readonly string[];
}

/**
 * Writes the content of a new document as an update. 1,000,000 characters of Markdown take up to 3
 * seconds. Throws a RangeError if there is too much of it.
 */
export async function writeContent(
  { title, text, markdown }: ContentSource,
): Promise<WrittenContent> {
  const changes = new ContentChanges();
  const { lines, title: stated } = markdown === null
    ? { lines: readText(text ?? ''), title: null }
    // The parser is most of the code of the service, and few requests need it.
    : (await import('../content/read-markdown.ts')).readMarkdown(markdown, changes);
  const heading = title ?? stated?.slice(0, accessLimits.titleLength) ?? null;
  return { update: firstUpdate(lines, heading), changes: changes.sentences() };
}
