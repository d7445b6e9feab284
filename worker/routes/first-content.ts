import { accessLimits } from '../../protocol/access-limits.ts';
import { isOneLine } from '../http/fields.ts';
import { badRequest } from '../http/problem.ts';
import type { ContentSource } from '../write-content.ts';

/** The fields of a request that give a new document its content. */
export const contentFields = ['title', 'text', 'markdown'] as const;

/**
 * The content that a request gives a new document; null for none. Throws a Problem for invalid fields.
 */
export function contentIn(fields: ReadonlyMap<string, unknown>): ContentSource | null {
  const title = titleIn(fields);
  const text = stringIn(fields, 'text');
  const markdown = stringIn(fields, 'markdown');
  if (text !== null && markdown !== null) {
    throw badRequest('Give "text" or "markdown", but not both.');
  }
  if (title === null && text === null && markdown === null) return null;
  return { title, text, markdown };
}

/** The characters that must be read. */
export function lengthOf({ title, text, markdown }: ContentSource): number {
  return (title ?? '').length + (text ?? '').length + (markdown ?? '').length;
}

function stringIn(fields: ReadonlyMap<string, unknown>, name: string): string | null {
  const value = fields.get(name);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw badRequest(`"${name}" must be a text without the character U+0000.`);
}

function titleIn(fields: ReadonlyMap<string, unknown>): string | null {
  const title = stringIn(fields, 'title');
  if (title === null) return null;
  if (isOneLine(title) && title.length <= accessLimits.titleLength) return title;
  throw badRequest(`"title" must be one line of at most ${accessLimits.titleLength} characters.`);
}
