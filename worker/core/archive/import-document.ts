import { limits, workLimits } from '../../../protocol/limits.ts';
import type { CompactedLog } from '../log/compaction.ts';
import { LogTables } from '../log/log-tables.ts';
import { migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';
import type { FileRow } from './document-file.ts';
import type { DocumentFile } from './document-reader.ts';
import { validateDocumentRow } from './file-tables.ts';

/** Units for importing a file, apart from {@link integrationWork}. */
export function importWork({ updates, rows }: DocumentFile): number {
  const bytes = updates.reduce((sum, { length }) => sum + length, 0);
  const count = rows.reduce((sum, group) => sum + group.rows.length, 0);
  return bytes / workLimits.importedBytes + count / workLimits.importedRows +
    estimatedSteps(updates) / workLimits.steps;
}

/** Units for integrating the updates of a file in so many steps, beyond those of {@link importWork}. */
export function integrationWork({ updates }: DocumentFile, steps: number): number {
  return Math.max(0, steps - estimatedSteps(updates)) / workLimits.steps;
}

/** Each update may take a step with every one before it. The steps within one are not known before. */
function estimatedSteps(updates: readonly Uint8Array[]): number {
  return Math.min(updates.length ** 2 / 2, limits.documentSteps);
}

/** Validates what is cheap, before the content is. Throws a SyntaxError, whose message is for the user. */
export function validateSettings({ rows }: DocumentFile, now: number): void {
  for (const document of rowsOf(rows, 'document')) validateDocumentRow(document, now);
}

/**
 * Imports a document file into a database without a document. `content` is its merged content. Call
 * {@link validateSettings} first.
 *
 * The document keeps its version but gets a new epoch: clients that edited it elsewhere then compare
 * the whole document instead of resuming from a version.
 */
export function importDocument(
  sql: SqlDatabase,
  { version, rows }: DocumentFile,
  content: CompactedLog,
  { epoch, now }: { readonly epoch: string; readonly now: number },
): void {
  const compacted = content.removal ? version + 1 : version;
  const own = { id: 1, epoch, compacted, compacted_at: now, steps: content.steps };
  sql.transaction(() => {
    migrate(sql);
    for (const { table, rows: group } of rows) {
      for (const row of group) insert(sql, table, table === 'document' ? { ...row, ...own } : row);
    }
    new LogTables(sql).insertSnapshot(content);
  });
}

function* rowsOf(groups: DocumentFile['rows'], table: string): Iterable<FileRow> {
  for (const group of groups) if (group.table === table) yield* group.rows;
}

function insert(
  sql: SqlDatabase,
  table: string,
  row: Readonly<Record<string, string | number | null>>,
): void {
  const columns = Object.keys(row);
  const placeholders = columns.map(() => '?').join(', ');
  sql.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders})`,
    ...Object.values(row),
  );
}
