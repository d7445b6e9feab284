import type { Node } from 'prosemirror-model';
import { ContentChanges } from '../../../../content/content-changes.ts';
import { readText } from '../../../../content/read-text.ts';
import { decodeText } from '../../../editor/import/decode-text.ts';
import { shortTitle } from '../../../../protocol/text/title.ts';
import { UserError } from '../user-error.ts';

/** The text of a file. */
export interface FileText {
  readonly name: string;
  readonly text: string;
  /** The encoding, where the file does not name it; null otherwise. */
  readonly guessed: string | null;
}

interface ImportedDocument {
  readonly lines: Node;
  /** The title that the file states, else its first line if that is a heading, else its name. */
  readonly title: string;
  /** What was changed or left out, as sentences. */
  readonly changes: readonly string[];
}

/** Decodes a file. Throws a {@link UserError} for one that is not text. */
export function decodeFile(name: string, bytes: Uint8Array): FileText {
  try {
    return { name, ...decodeText(bytes, { isHtml: isHtml(name) }) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`Cannot import “${name}”: it is not a text file.`);
  }
}

/**
 * Reads a file by its extension. Throws a {@link UserError} for one that is too long. Runs nothing that is
 * in the file; addresses pass `safeHref`.
 */
export async function readFile({ name, text, guessed }: FileText): Promise<ImportedDocument> {
  const changes = new ContentChanges();
  if (guessed !== null) changes.add('encoding', guessed);
  try {
    const { lines, title } = await parse(name, text, changes);
    const { firstChild } = lines;
    const heading = firstChild?.attrs.kind === 'h1' ? firstChild.textContent : '';
    const stated = (title ?? heading).replace(/\s+/g, ' ').trim();
    return {
      lines,
      title: shortTitle(stated || name.replace(/\.[^.]+$/, '')),
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
  if (isHtml(name)) {
    const { readHtml } = await import('../../../editor/import/html.ts');
    return readHtml(text, changes);
  }
  if (/\.txt$/i.test(name)) return { lines: readText(text), title: null };
  const { readMarkdown } = await import('../../../../content/read-markdown.ts');
  return readMarkdown(text, changes);
}

function isHtml(name: string): boolean {
  return /\.html?$/i.test(name);
}
