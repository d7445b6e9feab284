import type { Node } from 'prosemirror-model';
import { ContentChanges } from '../../../../content/content-changes.ts';
import { readText } from '../../../../content/read-text.ts';
import type { StoredFile } from '../../shared/import-file.ts';
import { UserError } from '../../shared/user-error.ts';
import { maxTitleLength } from '../bar/title.ts';

interface ImportedDocument {
  readonly lines: Node;
  /** The title that the file states, else its first line if that is a heading, else its name. */
  readonly title: string;
  /** What was changed or left out, as sentences. */
  readonly changes: readonly string[];
}

/**
 * Reads a file by its extension. Throws a {@link UserError} for a file that is not text, or is too long.
 * Runs nothing that is in the file; addresses pass `safeHref`.
 */
export async function readFile({ name, text }: StoredFile): Promise<ImportedDocument> {
  if (text.includes('\0')) throw new UserError(`Cannot import “${name}”: it is not a text file.`);
  const changes = new ContentChanges();
  try {
    const { lines, title } = await parse(name, text.replace(/^\ufeff/, ''), changes);
    const { firstChild } = lines;
    const heading = firstChild?.attrs.kind === 'h1' ? firstChild.textContent.trim() : '';
    return {
      lines,
      title: (title || heading || name.replace(/\.[^.]+$/, '')).slice(0, maxTitleLength),
      changes: changes.sentences(),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`Cannot import “${name}”: it is too long. Split it into several files.`);
  }
}

async function parse(
  name: string,
  text: string,
  changes: ContentChanges,
): Promise<{ readonly lines: Node; readonly title: string | null }> {
  if (/\.html?$/i.test(name)) {
    const { readHtml } = await import('../../../editor/import/html.ts');
    return readHtml(text, changes);
  }
  if (/\.txt$/i.test(name)) return { lines: readText(text), title: null };
  const { readMarkdown } = await import('../../../../content/read-markdown.ts');
  return readMarkdown(text, changes);
}
