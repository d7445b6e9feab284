import { splitBytes } from '../../../protocol/split-bytes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { SqlDatabase } from '../sql.ts';
import { encodeRecords, type FileRecord, type FileRow } from './document-file.ts';
import { fileTables } from './file-tables.ts';

const rowsPerRecord = 1000;

/**
 * Encodes an existing document as a file, in pieces of little more than 1 MiB. Reads everything before
 * it returns: the file is one version of the document, however slowly the pieces are sent.
 */
export function exportDocument(sql: SqlDatabase, log: UpdateLog): Uint8Array[] {
  return [...encodeRecords(recordsOf(sql, log))];
}

function* recordsOf(sql: SqlDatabase, log: UpdateLog): Generator<FileRecord> {
  yield { kind: 'header', format: 1, version: log.version };
  for (const [table, columns] of Object.entries(fileTables)) {
    const rows = sql.query(`SELECT ${Object.keys(columns).join(', ')} FROM ${table}`) as FileRow[];
    for (let at = 0; at < rows.length; at += rowsPerRecord) {
      yield { kind: 'rows', table, rows: rows.slice(at, at + rowsPerRecord) };
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
