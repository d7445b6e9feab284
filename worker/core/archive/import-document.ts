import { accessLimits } from '../../../protocol/access-limits.ts';
import { joinBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import { type CompactedLog, compactUpdates } from '../log/compaction.ts';
import { LogTables } from '../log/log-tables.ts';
import { migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';
import { LogState } from '../update/log-state.ts';
import { readContents } from '../update/update-walk.ts';
import { validateUpdate } from '../update/validate-update.ts';
import { damagedFile, decodeRecords, type FileRow, newerFile } from './document-file.ts';
import { rowIdOf, validateRow } from './file-tables.ts';

/**
 * Imports a document file into a database without a document. For an invalid file it throws a
 * SyntaxError, whose message is for the user, and stores nothing.
 *
 * The content is validated as when a client sends it, loaded, and stored as a new snapshot. The
 * document keeps its version but gets a new epoch: clients that edited it elsewhere then compare the
 * whole document instead of resuming from a version.
 */
export function importDocument(
  sql: SqlDatabase,
  file: Uint8Array,
  { epoch, now }: { readonly epoch: string; readonly now: number },
): void {
  const { version, tables, updates } = readFile(file, now);
  const { update, state, removal } = compactContent(updates);
  const document = tables.get('document')?.[0];
  if (!document) throw damagedFile('table "document" has no row');
  const compacted = removal ? version + 1 : version;
  sql.transaction(() => {
    migrate(sql);
    insert(sql, 'document', { ...document, id: 1, epoch, compacted });
    for (const table of ['clients', 'keys', 'revoked', 'frames']) {
      for (const row of tables.get(table) ?? []) insert(sql, table, row);
    }
    new LogTables(sql).insertSnapshot(update, state.encode());
  });
}

interface FileContent {
  readonly version: number;
  readonly tables: ReadonlyMap<string, readonly FileRow[]>;
  readonly updates: readonly Uint8Array[];
}

function readFile(file: Uint8Array, now: number): FileContent {
  const tables = new Map<string, FileRow[]>();
  const updates: Uint8Array[] = [];
  let version: number | null = null;
  let parts: Uint8Array[] = [];
  for (const record of decodeRecords(file)) {
    if (version === null) {
      version = versionOf(record);
    } else if (
      record.kind === 'rows' && typeof record.table === 'string' && Array.isArray(record.rows)
    ) {
      const rows = tables.get(record.table) ?? [];
      tables.set(record.table, rows);
      for (const row of record.rows) rows.push(validateRow(record.table, row, now));
    } else if (record.kind === 'content' && record.data instanceof Uint8Array) {
      parts.push(record.data);
      if (!record.last) continue;
      updates.push(joinBytes(parts));
      parts = [];
    } else {
      throw newerFile(`unknown record "${record.kind}"`);
    }
  }
  if (version === null) throw damagedFile('it has no header');
  if (parts.length > 0) throw damagedFile('its last update is incomplete');
  validateTables(tables);
  return { version, tables, updates };
}

function versionOf({ kind, format, version }: Record<string, unknown>): number {
  if (kind !== 'header') throw damagedFile('it has no header');
  if (format !== 1) throw newerFile(`unknown format ${format}`);
  // The limit leaves room for the versions of future updates.
  const isVersion = Number.isSafeInteger(version) && version as number >= 0 &&
    version as number <= 2 ** 48;
  if (!isVersion) throw damagedFile('its version is not a number');
  return version as number;
}

function validateTables(tables: ReadonlyMap<string, readonly FileRow[]>): void {
  for (const [table, rows] of tables) {
    if (new Set(rows.map((row) => rowIdOf(table, row))).size < rows.length) {
      throw damagedFile(`table "${table}" has a duplicate row`);
    }
  }
  if ((tables.get('keys')?.length ?? 0) > accessLimits.keys) {
    throw new SyntaxError(
      `Cannot import document: it has more than ${accessLimits.keys} links. Remove some and export it again.`,
    );
  }
  if ((tables.get('frames')?.length ?? 0) > accessLimits.frameOrigins) {
    throw new SyntaxError(
      `Cannot import document: it lists more than ${accessLimits.frameOrigins} embedding sites. Remove some and export it again.`,
    );
  }
}

/** Validates and merges the updates. The first may be a snapshot, larger than a client may send. */
function compactContent(updates: readonly Uint8Array[]): CompactedLog {
  const state = new LogState();
  let compacted: CompactedLog;
  try {
    for (const [i, update] of updates.entries()) {
      if (i === 0) {
        state.add(readContents(update, state));
        continue;
      }
      const validated = validateUpdate(update, state);
      if (validated.type === 'gap') throw new SyntaxError('an update is missing');
      state.add(validated.contents);
    }
    compacted = compactUpdates(updates, state);
  } catch (error) {
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
