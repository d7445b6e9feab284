import { accessLimits } from '../../../protocol/access-limits.ts';
import { joinBytes } from '../../../protocol/split-bytes.ts';
import { damagedFile, type FileRow, newerFile } from './document-file.ts';
import { fileLimits } from './file-limits.ts';
import { rowIdOf, validateRow } from './file-tables.ts';
import { RecordDecoder, type RecordFields } from './record-decoder.ts';

/** The rows of one record of a file. */
interface RowGroup {
  readonly table: string;
  readonly rows: readonly FileRow[];
}

/** The content of a document file, without its validation as a document. */
export interface DocumentFile {
  readonly version: number;
  readonly rows: readonly RowGroup[];
  readonly updates: readonly Uint8Array[];
}

/** The most rows per table, where there is a limit. */
const maxRows: Readonly<Record<string, readonly [count: number, name: string]>> = {
  keys: [accessLimits.keys, 'links'],
  frames: [accessLimits.frameOrigins, 'embedding sites'],
  // Some may have expired since.
  revoked: [2 * accessLimits.revocations, 'revocations'],
};

/**
 * Reads a document file while it arrives. Memory is bounded by the size of the file, whatever it
 * contains. Every method throws a SyntaxError for an invalid file, whose message is for the user.
 */
export class DocumentFileReader {
  readonly #decoder = new RecordDecoder();
  readonly #rows: RowGroup[] = [];
  /** The rows read of each table, by what identifies them. */
  readonly #rowIds = new Map<string, Set<unknown>>();
  readonly #updates: Uint8Array[] = [];
  /** The parts of an incomplete update. */
  #parts: Uint8Array[] = [];
  #version: number | null = null;
  #bytes = 0;
  #rowCount = 0;

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > fileLimits.bytes) {
      throw new SyntaxError(
        `Cannot import document: the file is larger than ${fileLimits.bytes} bytes. Choose another.`,
      );
    }
    for (const record of this.#decoder.decode(chunk)) this.#add(record);
  }

  /** Returns the content after the last chunk. */
  finish(): DocumentFile {
    this.#decoder.end();
    if (this.#version === null) throw damagedFile('it has no header');
    if (this.#parts.length > 0) throw damagedFile('its last update is incomplete');
    if (!this.#rowIds.has('document')) throw damagedFile('table "document" has no row');
    return { version: this.#version, rows: this.#rows, updates: this.#updates };
  }

  #add(record: RecordFields): void {
    const { kind, table, rows, data, last } = record;
    if (this.#version === null) {
      this.#version = versionOf(record);
    } else if (kind === 'rows' && typeof table === 'string' && Array.isArray(rows)) {
      this.#rows.push({ table, rows: rows.map((row) => this.#addRow(table, row)) });
    } else if (kind === 'content' && data instanceof Uint8Array) {
      this.#parts.push(data);
      if (!last) return;
      this.#updates.push(joinBytes(this.#parts));
      this.#parts = [];
    } else {
      throw newerFile(`unknown record "${kind}"`);
    }
  }

  #addRow(table: string, fields: unknown): FileRow {
    if (++this.#rowCount > fileLimits.rows) {
      throw damagedFile(`it has more than ${fileLimits.rows} rows`);
    }
    const row = validateRow(table, fields);
    const ids = this.#rowIds.get(table) ?? new Set();
    this.#rowIds.set(table, ids);
    const before = ids.size;
    if (ids.add(rowIdOf(table, row)).size === before) {
      throw damagedFile(`table "${table}" has a duplicate row`);
    }
    const [most, name] = maxRows[table] ?? [Infinity, ''];
    if (ids.size > most) {
      throw new SyntaxError(
        `Cannot import document: it has more than ${most} ${name}. Remove some and export it again.`,
      );
    }
    return row;
  }
}

/** Reads a whole file. Throws a SyntaxError for an invalid one. */
export function readDocumentFile(chunks: Iterable<Uint8Array>): DocumentFile {
  const reader = new DocumentFileReader();
  for (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}

/**
 * What a document file says about its document before the content: its version and when it was created.
 * `chunks` is the file or its first kilobyte. Throws a SyntaxError for an invalid file.
 */
export function readFileStart(
  chunks: Iterable<Uint8Array>,
): { readonly version: number; readonly created: number } {
  const decoder = new RecordDecoder();
  let version: number | null = null;
  for (const chunk of chunks) {
    for (const record of decoder.decode(chunk)) {
      if (version === null) {
        version = versionOf(record);
      } else if (record.table === 'document' && Array.isArray(record.rows)) {
        const { created } = validateRow('document', record.rows[0]);
        return { version, created: created as number };
      }
    }
  }
  throw damagedFile('table "document" has no row');
}

function versionOf({ kind, format, version }: RecordFields): number {
  if (kind !== 'header') throw damagedFile('it has no header');
  if (format !== 1) throw newerFile(`unknown format ${format}`);
  // The limit leaves room for the versions of future updates.
  const isVersion = Number.isSafeInteger(version) && version as number >= 0 &&
    version as number <= 2 ** 48;
  if (!isVersion) throw damagedFile('its version is not a number');
  return version as number;
}
