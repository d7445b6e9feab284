import { splitBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeRecords, type FileRecord, type FileRow } from './document-file.ts';
import { fileTables } from './file-tables.ts';
import type { SqlDatabase } from '../sql.ts';
import type { UpdateLog } from '../log/update-log.ts';

/** Rows in one frame: each of them is short. */
const rowsPerFrame = 1000;

/**
 * A document that exists, as one file, in pieces of little more than 1 MiB. All of it is read now, so
 * that it is the document of one moment, however slowly the pieces are taken.
 */
export function exportDocument(sql: SqlDatabase, log: UpdateLog): Uint8Array[] {
  return [...encodeRecords(framesOf(sql, log))];
}

function* framesOf(sql: SqlDatabase, log: UpdateLog): Generator<FileRecord> {
  yield { kind: 'header', format: 1, version: log.version };
  for (const [table, columns] of Object.entries(fileTables)) {
    const rows = sql.query(`SELECT ${Object.keys(columns).join(', ')} FROM ${table}`) as FileRow[];
    for (let at = 0; at < rows.length; at += rowsPerFrame) {
      yield { kind: 'rows', table, rows: rows.slice(at, at + rowsPerFrame) };
    }
  }
  for (const update of log.allUpdates()) {
    const parts = splitBytes(update, limits.rowBytes);
    for (const [i, data] of parts.entries()) {
      yield { kind: 'content', data, last: i === parts.length - 1 };
    }
  }
  yield { kind: 'end' };
}
