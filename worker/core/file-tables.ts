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
};

/** What no two rows of a table may share. */
export function idOf(table: string, row: FileRow): string | number | null | undefined {
  return table === 'document' ? table : row[Object.keys(fileTables[table] ?? {})[0] ?? ''];
}

/** A row from a file, as it may be stored. Throws a SyntaxError for one that may not. */
export function checkedRow(table: string, row: unknown): FileRow {
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
  const given = row as Record<string, unknown>;
  for (const [name, type] of Object.entries(columns)) {
    if (given[name] === null && type.endsWith('?')) continue;
    const isRight = type.startsWith('string')
      ? typeof given[name] === 'string'
      : Number.isSafeInteger(given[name]);
    if (!isRight) throw damaged(table);
  }
  if (table === 'keys' && !['view', 'edit', 'own'].includes(given.role as string)) {
    throw damaged(table);
  }
  return given as FileRow;
}

function damaged(table: string): SyntaxError {
  return new SyntaxError(`This file is damaged: a row of "${table}" is none`);
}
