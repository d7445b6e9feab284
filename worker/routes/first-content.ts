import { ContentChanges } from '../../content/content-changes.ts';
import { firstUpdate } from '../../content/first-update.ts';
import { readText } from '../../content/read-text.ts';
import { accessLimits } from '../../protocol/access-limits.ts';
import { badRequest } from '../http/problem.ts';

/** The fields of a request that give a new document its content. */
export const contentFields = ['title', 'text', 'markdown'] as const;

interface FirstContent {
  /** As a Yjs update; null for an empty document. */
  readonly update: Uint8Array | null;
  /** What was changed or left out, as sentences. */
  readonly changes: readonly string[];
}

/** Reads the content that a request gives a new document. Throws a Problem for an invalid one. */
export async function firstContentIn(fields: ReadonlyMap<string, unknown>): Promise<FirstContent> {
  const title = titleIn(fields);
  const text = stringIn(fields, 'text');
  const markdown = stringIn(fields, 'markdown');
  if (text !== null && markdown !== null) {
    throw badRequest('Give "text" or "markdown", but not both.');
  }
  const changes = new ContentChanges();
  try {
    const { lines, title: stated } = markdown === null
      ? { lines: readText(text ?? ''), title: null }
      // The parser is most of the code of the service, and few requests need it.
      : (await import('../../content/read-markdown.ts')).readMarkdown(markdown, changes);
    const heading = title ?? stated?.slice(0, accessLimits.titleLength) ?? null;
    const isEmpty = text === null && markdown === null && heading === null;
    return {
      update: isEmpty ? null : firstUpdate(lines, heading),
      changes: changes.sentences(),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(`"${markdown === null ? 'text' : 'markdown'}" is too long. Send less of it.`);
  }
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
  // deno-lint-ignore no-control-regex -- rejects control characters
  const isLine = !/[\u0000-\u001f\u007f\u2028\u2029]/.test(title);
  if (isLine && title.length <= accessLimits.titleLength) return title;
  throw badRequest(`"title" must be one line of at most ${accessLimits.titleLength} characters.`);
}
