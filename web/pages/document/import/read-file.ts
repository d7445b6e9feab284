import type { Node } from 'prosemirror-model';
import { schema } from '../../../../protocol/schema.ts';
import type { StoredFile } from '../../shared/import-file.ts';
import { UserError } from '../../shared/user-error.ts';
import { maxTitleLength } from '../bar/title.ts';

interface ImportedDocument {
  readonly lines: Node;
  /** The first line if it is a heading, else the name of the file. */
  readonly title: string;
}

/**
 * Reads a file by its extension. Throws a {@link UserError} for a file that is not text, or is too long.
 * Runs nothing that is in the file; addresses pass `safeHref`.
 */
export async function readFile({ name, text }: StoredFile): Promise<ImportedDocument> {
  if (text.includes('\0')) throw new UserError(`Cannot import “${name}”: it is not a text file.`);
  let lines: Node;
  try {
    lines = await parse(name, text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`Cannot import “${name}”: it is too long. Split it into several files.`);
  }
  const { firstChild } = lines;
  const heading = firstChild?.attrs.kind === 'h1' ? firstChild.textContent.trim() : '';
  return { lines, title: (heading || name.replace(/\.[^.]+$/, '')).slice(0, maxTitleLength) };
}

async function parse(name: string, text: string): Promise<Node> {
  if (/\.html?$/i.test(name)) {
    const { htmlToLines } = await import('../../../editor/import/html.ts');
    return htmlToLines(withoutHandlers(text));
  }
  if (/\.txt$/i.test(name)) {
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
    return schema.node(
      'doc',
      null,
      lines.map((line) => schema.node('paragraph', null, line === '' ? [] : [schema.text(line)])),
    );
  }
  const { markdownToLines } = await import('../../../editor/import/markdown.ts');
  return markdownToLines(text);
}

/** Parsing runs no handler, but browsers report each `onclick` to the Content-Security-Policy. */
function withoutHandlers(html: string): string {
  return html.replace(
    /<[a-z][^>]*>/gi,
    (tag) => tag.replace(/([\s/"'])on\w+\s*=/gi, '$1data-handler='),
  );
}
