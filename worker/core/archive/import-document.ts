import { limits, workLimits } from '../../../protocol/limits.ts';
import { type CompactedLog, compactUpdates } from '../log/compaction.ts';
import { LogTables } from '../log/log-tables.ts';
import { migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';
import { ItemIndex } from '../update/item-index.ts';
import { damagedFile, type FileRow } from './document-file.ts';
import type { DocumentFile } from './document-reader.ts';
import { validateDocumentRow } from './file-tables.ts';
import { validateContent } from './verify-file.ts';

/** Units for importing a file: mostly for validating, indexing and compacting its content. */
export function importWork({ updates }: DocumentFile): number {
  return updates.reduce((sum, { length }) => sum + length, 0) / workLimits.importedBytes;
}

/**
 * Imports the content of a document file into a database without a document. For invalid content it
 * throws a SyntaxError, whose message is for the user, and stores nothing.
 *
 * The content is validated as when a client sends it, loaded, and stored as a new snapshot. The
 * document keeps its version but gets a new epoch: clients that edited it elsewhere then compare the
 * whole document instead of resuming from a version.
 */
export function importDocument(
  sql: SqlDatabase,
  { version, rows, updates }: DocumentFile,
  { epoch, now }: { readonly epoch: string; readonly now: number },
): void {
  for (const document of rowsOf(rows, 'document')) validateDocumentRow(document, now);
  const { update, state, removal } = compactContent(updates);
  const items = ItemIndex.of([update]);
  const compacted = removal ? version + 1 : version;
  sql.transaction(() => {
    migrate(sql);
    for (const { table, rows: group } of rows) {
      for (const row of group) {
        insert(sql, table, table === 'document' ? { ...row, id: 1, epoch, compacted } : row);
      }
    }
    new LogTables(sql).insertSnapshot({
      update,
      state: state.encode(),
      items: items.encode(),
    });
  });
}

function* rowsOf(groups: DocumentFile['rows'], table: string): Iterable<FileRow> {
  for (const group of groups) if (group.table === table) yield* group.rows;
}

/** Validates and merges the updates. The first may be a snapshot, larger than a client may send. */
function compactContent(updates: readonly Uint8Array[]): CompactedLog {
  let compacted: CompactedLog;
  try {
    const state = validateContent(updates);
    compacted = compactUpdates(ItemIndex.correct(updates), state);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SyntaxError(
        'Cannot import document: it has too many elements. Delete some content and export it again.',
      );
    }
    if (!(error instanceof Error)) throw error;
    throw damagedFile(`its content is invalid (${error.message})`);
  }
  if (compacted.update.length > limits.documentBytesHard) {
    throw new SyntaxError(
      `Cannot import document: it is larger than ${limits.documentBytesHard} bytes. Delete some content and export it again.`,
    );
  }
  return compacted;
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
