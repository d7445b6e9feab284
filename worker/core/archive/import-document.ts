import { accessLimits } from '../../../protocol/access-limits.ts';
import { joinBytes, splitBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import { readContents } from '../update/update-walk.ts';
import { validateUpdate } from '../update/validate-update.ts';
import { type CompactedLog, compactUpdates } from '../log/compaction.ts';
import { decodeRecords, type FileRow } from './document-file.ts';
import { checkedRow, idOf } from './file-tables.ts';
import { LogState } from '../update/log-state.ts';
import { migrate } from '../log/migrations.ts';
import type { SqlDatabase } from '../sql.ts';

/**
 * Puts a document file into a database that holds no document. Throws a SyntaxError with a sentence,
 * and stores nothing, for a file that is not sound.
 *
 * The content is not taken as it stands: it is checked as if somebody had sent it, loaded, and stored
 * as this service itself writes a snapshot. It keeps its version and gets an epoch of its own, so
 * that clients who saw the document go on elsewhere compare all of it instead of counting on.
 */
export function importDocument(
  sql: SqlDatabase,
  file: Uint8Array,
  { epoch, now }: { readonly epoch: string; readonly now: number },
): void {
  const { version, tables, updates } = readFile(file, now);
  const { update: state, state: known, removal: pruned } = loaded(updates);
  const settings = tables.get('document')?.[0];
  if (!settings) throw new SyntaxError('This file is damaged: it has no row of "document"');
  const stored = pruned ? version + 1 : version;
  sql.transaction(() => {
    migrate(sql);
    insert(sql, 'document', { ...settings, id: 1, epoch, compacted: stored });
    for (const table of ['clients', 'keys', 'revoked', 'frames']) {
      for (const row of tables.get(table) ?? []) insert(sql, table, row);
    }
    for (const [kind, bytes] of Object.entries({ state, known: known.encode() })) {
      for (const [part, data] of splitBytes(bytes, limits.rowBytes).entries()) {
        insert(sql, 'snapshot', { kind, part, data });
      }
    }
  });
}

interface ReadFile {
  readonly version: number;
  readonly tables: ReadonlyMap<string, readonly FileRow[]>;
  readonly updates: readonly Uint8Array[];
}

function readFile(file: Uint8Array, now: number): ReadFile {
  const tables = new Map<string, FileRow[]>();
  const updates: Uint8Array[] = [];
  let version: number | null = null;
  let parts: Uint8Array[] = [];
  for (const frame of decodeRecords(file)) {
    if (version === null) {
      version = versionIn(frame);
    } else if (
      frame.kind === 'rows' && typeof frame.table === 'string' && Array.isArray(frame.rows)
    ) {
      const rows = tables.get(frame.table) ?? [];
      tables.set(frame.table, rows);
      for (const row of frame.rows) rows.push(checkedRow(frame.table, row, now));
    } else if (frame.kind === 'content' && frame.data instanceof Uint8Array) {
      parts.push(frame.data);
      if (!frame.last) continue;
      updates.push(joinBytes(parts));
      parts = [];
    } else {
      throw new SyntaxError(`This file is of a newer version: it has a frame "${frame.kind}"`);
    }
  }
  if (version === null || parts.length > 0) throw new SyntaxError('This file is damaged');
  for (const [table, rows] of tables) {
    if (new Set(rows.map((row) => idOf(table, row))).size < rows.length) {
      throw new SyntaxError(`This file is damaged: "${table}" has a row twice`);
    }
  }
  if ((tables.get('keys')?.length ?? 0) > accessLimits.keys) {
    throw new SyntaxError(`This file has more than ${accessLimits.keys} links`);
  }
  if ((tables.get('frames')?.length ?? 0) > accessLimits.frameOrigins) {
    throw new SyntaxError(`This file has more than ${accessLimits.frameOrigins} sites for frames`);
  }
  return { version, tables, updates };
}

function versionIn({ kind, format, version }: Record<string, unknown>): number {
  if (kind !== 'header') throw new SyntaxError('This file is damaged: it has no header');
  if (format !== 1) throw new SyntaxError(`This file is of a newer version: format ${format}`);
  // There must be room for all that is still to be written.
  const isRight = Number.isSafeInteger(version) && version as number >= 0 &&
    version as number <= 2 ** 48;
  if (isRight) return version as number;
  throw new SyntaxError('This file is damaged: its version is no number');
}

/** What the updates make together. The first may be a snapshot, which is larger than one may send. */
function loaded(updates: readonly Uint8Array[]): CompactedLog {
  const known = new LogState();
  try {
    for (const [i, update] of updates.entries()) {
      if (i === 0) {
        known.add(readContents(update, known));
        continue;
      }
      const inspection = validateUpdate(update, known);
      if (inspection.type === 'gap') throw new SyntaxError('something is missing between');
      known.add(inspection.contents);
    }
    const compacted = compactUpdates(updates, known);
    if (compacted.update.length <= limits.documentBytesHard) return compacted;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SyntaxError(`The content of this file is not sound: ${error.message}`);
  }
  throw new SyntaxError(`This document is longer than ${limits.documentBytesHard} bytes`);
}

function insert(
  sql: SqlDatabase,
  table: string,
  row: Readonly<Record<string, string | number | null | Uint8Array>>,
): void {
  const places = Object.keys(row).map(() => '?').join(', ');
  sql.query(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places})`,
    ...Object.values(row),
  );
}
