import { accessLimits } from '../../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../../protocol/embed-origin.ts';
import { isRole } from '../../../protocol/roles.ts';
import { tokenLimits } from '../../../protocol/token-limits.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import type { FileRow } from './document-file.ts';

/** What a column holds; with a question mark it may be null. */
type ColumnType = 'string' | 'string?' | 'number' | 'number?';

/**
 * The tables that go into a document file row by row, and what their columns hold. What is not named
 * here stays behind: the epoch, since a document that was put back is another than the one that went
 * on; and the marks of documents that were deleted, which belong to the place. The content goes by
 * itself. The first column tells rows apart; of `document` there is one row.
 */
export const fileTables: Readonly<Record<string, Readonly<Record<string, ColumnType>>>> = {
  document: { created: 'number', schema: 'number', issued_after: 'number' },
  clients: { client: 'number', version: 'number', author: 'string?' },
  keys: {
    id: 'string',
    hash: 'string',
    role: 'string',
    label: 'string',
    created: 'number',
    expires: 'number?',
    used: 'number?',
  },
  revoked: { name: 'string', until: 'number' },
  frames: { origin: 'string' },
};

/** What no two rows of a table may share. */
export function idOf(table: string, row: FileRow): string | number | null | undefined {
  return table === 'document' ? table : row[Object.keys(fileTables[table] ?? {})[0] ?? ''];
}

/** A row from a file, as it may be stored. Throws a SyntaxError for one that may not. */
export function checkedRow(table: string, row: unknown, now: number): FileRow {
  const columns = fileTables[table];
  if (!columns || !Object.hasOwn(fileTables, table)) {
    throw new SyntaxError(`This file is of a newer version: it has "${table}"`);
  }
  if (typeof row !== 'object' || row === null) throw damaged(table);
  for (const name of Object.keys(row)) {
    if (!Object.hasOwn(columns, name)) {
      throw new SyntaxError(`This file is of a newer version: ${table} has "${name}"`);
    }
  }
  // What it inherits is no part of it.
  const given: Record<string, unknown> = { ...row };
  for (const [name, type] of Object.entries(columns)) {
    if (given[name] === null && type.endsWith('?')) continue;
    const isRight = type.startsWith('string')
      ? typeof given[name] === 'string'
      : Number.isSafeInteger(given[name]);
    if (!isRight) throw damaged(table);
  }
  if (table === 'keys' && !isKeyOfOurs(given)) throw damaged(table);
  if (table === 'frames' && !isEmbedOrigin(given.origin as string)) throw damaged(table);
  // What is not known here would make everybody's editor read-only.
  if (table === 'document' && (given.schema as number) > schemaNumber) {
    throw new SyntaxError(`This file is of a newer version: schema ${given.schema as number}`);
  }
  // A time to come would shut out all tokens, for good.
  if (table === 'document' && (given.issued_after as number) > now + tokenLimits.leeway) {
    throw damaged(table);
  }
  return given as FileRow;
}

/** The last moment of the year 9999, in milliseconds: later ones cannot be told as a date. */
const latest = 253_402_300_799_999;

function isKeyOfOurs({ role, label, ...times }: Readonly<Record<string, unknown>>): boolean {
  return isRole(role) &&
    [...label as string].length <= accessLimits.labelLength &&
    [times.created, times.expires ?? 0, times.used ?? 0].every((time) =>
      (time as number) >= 0 && (time as number) <= latest
    );
}

function damaged(table: string): SyntaxError {
  return new SyntaxError(`This file is damaged: a row of "${table}" is none`);
}
