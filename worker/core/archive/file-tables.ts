import { accessLimits, tokenLimits } from '../../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../../protocol/text/embed-origin.ts';
import { isRole } from '../../../protocol/roles.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import { damagedFile, type FileRow, newerFile } from './document-file.ts';
import { fileLimits } from './file-limits.ts';

/**
 * A question mark means that the column may be null. `number = 0`: files of earlier versions lack the
 * column.
 */
type ColumnType = 'string' | 'string?' | 'number' | 'number?' | 'number = 0';

/**
 * The tables that a document file contains row by row, and the types of their columns. The first
 * column identifies a row; `document` has one row. The content has records of its own.
 *
 * Not exported: the epoch, because an imported document is another incarnation than the one it was
 * exported from; and tombstones, which belong to the name and not to the document.
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
    history: 'number = 0',
  },
  revoked: { name: 'string', until: 'number' },
  frames: { origin: 'string' },
};

/** The last millisecond of the year 9999. Later times cannot be formatted as a date. */
const maxTime = 253_402_300_799_999;

/** What identifies a row in its table. */
export function rowIdOf(table: string, row: FileRow): string | number | null | undefined {
  return table === 'document' ? table : row[Object.keys(fileTables[table] ?? {})[0] ?? ''];
}

/** Validates a row from a file. Throws a SyntaxError when it must not be stored. */
export function validateRow(table: string, row: unknown): FileRow {
  const columns = fileTables[table];
  // `constructor` and the like are not tables.
  if (!columns || !Object.hasOwn(fileTables, table)) throw newerFile(`unknown table "${table}"`);
  if (typeof row !== 'object' || row === null) throw invalidRow(table);
  for (const name of Object.keys(row)) {
    if (!Object.hasOwn(columns, name)) {
      throw newerFile(`unknown column "${name}" in table "${table}"`);
    }
  }
  const values: Record<string, unknown> = { ...row }; // own properties only
  for (const [name, type] of Object.entries(columns)) {
    if (type === 'number = 0') values[name] ??= 0;
    if (values[name] === null && type.endsWith('?')) continue;
    const hasType = type.startsWith('string')
      ? isText(values[name])
      : Number.isSafeInteger(values[name]);
    if (!hasType) throw invalidRow(table);
  }
  if (table === 'keys' && !isValidKeyRow(values)) throw invalidRow(table);
  if (table === 'frames' && !isEmbedOrigin(values.origin as string)) throw invalidRow(table);
  return values as FileRow;
}

/** Validates the row of the document at the time of an import. Throws a SyntaxError. */
export function validateDocumentRow(values: FileRow, now: number): void {
  // A schema that no editor knows would make every editor read-only.
  if ((values.schema as number) > schemaNumber) {
    throw newerFile(`unknown schema ${values.schema as number}`);
  }
  // Tokens issued before this time are revoked: a time in the future would lock out every token.
  if ((values.issued_after as number) > now + tokenLimits.leeway) throw invalidRow('document');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= fileLimits.textLength;
}

function isValidKeyRow(
  { role, label, history, ...times }: Readonly<Record<string, unknown>>,
): boolean {
  return isRole(role) && (history === 0 || (history === 1 && role === 'view')) &&
    [...label as string].length <= accessLimits.labelLength &&
    [times.created, times.expires ?? 0, times.used ?? 0].every((time) =>
      (time as number) >= 0 && (time as number) <= maxTime
    );
}

function invalidRow(table: string): SyntaxError {
  return damagedFile(`table "${table}" has an invalid row`);
}
