import type { Node } from 'prosemirror-model';
import { schema } from '../../../../protocol/schema.ts';
import { ImportError } from './hand-over.ts';

/** A document as it comes out of a file. */
export interface ImportedDocument {
  readonly lines: Node;
  /** The first line where that is a heading, else the name of the file. */
  readonly title: string;
}

/**
 * Reads a file as a document: the end of its name says what it is. Throws an `ImportError` in words
 * for the person who chose it. Nothing in the file runs, and no address reaches the document but
 * through `safeHref`.
 */
export async function readFile(name: string, text: string): Promise<ImportedDocument> {
  if (text.includes('\0')) throw new ImportError(`“${name}” is no text file.`);
  let lines: Node;
  try {
    lines = await read(name, text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ImportError(`“${name}” is too long for one document.`);
  }
  const { firstChild } = lines;
  const heading = firstChild?.attrs.kind === 'h1' ? firstChild.textContent.trim() : '';
  return { lines, title: (heading || name.replace(/\.[^.]+$/, '')).slice(0, 200) };
}

async function read(name: string, text: string): Promise<Node> {
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

/**
 * Nothing that is only parsed runs, but the browser would complain of each `onclick` to our
 * Content-Security-Policy.
 */
function withoutHandlers(html: string): string {
  return html.replace(
    /<[a-z][^>]*>/gi,
    (tag) => tag.replace(/([\s/"'])on\w+\s*=/gi, '$1data-handler='),
  );
}
