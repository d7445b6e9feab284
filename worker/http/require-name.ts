import { isDocumentName } from '../../protocol/document-name.ts';
import { notFound } from './problem.ts';

/** The name of a document, as an address has it. Throws a Problem for one that none can have. */
export function requireName(name: string): string {
  if (!isDocumentName(name)) throw notFound();
  return name;
}
