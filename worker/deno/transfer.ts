/**
 * `deno task export NAME FILE`, `deno task import NAME FILE` and `deno task backup FOLDER`, for a data
 * folder that is not in use.
 */
import { parseArgs } from 'node:util';
import { isDocumentName } from '../../protocol/document-name.ts';
import { joinBytes } from '../../protocol/split-bytes.ts';
import type { Denial } from '../core/access/principal.ts';
import { type DocumentFile, readDocumentFile } from '../core/archive/document-reader.ts';
import { runJob } from '../core/jobs/run-job.ts';
import type { ImportResult } from '../core/operations/operations.ts';
import { backUp, type BackupResult } from './backup.ts';
import { ProcessLimits } from './process-limits.ts';
import { DenoDocument, type DocumentContext, operatorPrincipal } from './document.ts';
import { Documents } from './documents.ts';
import { fileNameOf } from './file-name.ts';
import { Metrics } from './metrics.ts';
import { FileInUseError, FileSql } from './sql.ts';
import { makeFolder } from './sync-folder.ts';

const usage = `deno task export NAME FILE [--data ./data]
deno task import NAME FILE [--data ./data]
deno task backup FOLDER [--data ./data]
`;

/** What documents use of a process without a service. */
const context: DocumentContext = {
  limits: new ProcessLimits(),
  metrics: new Metrics(),
  jobs: { run: (_document, job) => Promise.resolve(runJob(job)) },
  report: (event, details) => console.error(event, details),
  // The service sets the alarm again when the document is written.
  setAlarm: () => {},
  deleteAlarm: () => {},
  verifyToken: () => Promise.reject(new Error('No connection sends a token here')),
  // Each command prints the error.
  storageFailed: () => {},
};

/** Exports a document to a new file. Throws a FileInUseError while a service has it open. */
export function exportTo(data: string, name: string, file: string): void {
  const document = openDocument(data, name);
  try {
    const pieces = document.use((core) => core.call(operatorPrincipal, { type: 'export' }));
    if ('status' in pieces) {
      throw new RangeError(`Cannot export: there is no document "${name}" in ${data}.`);
    }
    Deno.writeFileSync(file, joinBytes(pieces), { createNew: true });
  } finally {
    document.close();
  }
}

/**
 * Creates a document from a file, and returns its version. Throws a FileInUseError while a service
 * uses the data folder, and a RangeError for an invalid file or an existing document.
 */
export async function importFrom(data: string, name: string, file: string): Promise<number> {
  makeFolder(`${data}/documents`);
  // A running service may have the missing document open.
  const lock = lockFolder(data);
  const document = openDocument(data, name);
  try {
    const result = await importInto(document, Deno.readFileSync(file));
    switch (result.status) {
      case 'imported':
        return result.version;
      case 'invalid':
        throw new RangeError(`${file}: ${result.reason}`);
      case 'exists':
        throw new RangeError(
          `Cannot import: the document "${name}" exists already. Choose another name.`,
        );
      case 'busy':
        throw new RangeError('Cannot import: another import is running. Try again later.');
      case 'denied':
        throw new RangeError(`Cannot import: ${result.detail}`);
    }
  } finally {
    document.close();
    lock.close();
  }
}

/** Backs up every document; see {@link backUp}. Throws a FileInUseError while a service runs. */
async function backUpFolder(data: string, to: string): Promise<BackupResult> {
  const lock = lockFolder(data);
  const documents = new Documents(`${data}/documents`, context);
  try {
    return await backUp(documents, data, to);
  } finally {
    documents.close();
    lock.close();
  }
}

function lockFolder(data: string): FileSql {
  const lock = new FileSql(`${data}/edgepad.sqlite`, { synchronous: 'NORMAL' });
  lock.query('PRAGMA user_version');
  return lock;
}

async function importInto(
  document: DenoDocument,
  bytes: Uint8Array,
): Promise<ImportResult | Denial> {
  let file: DocumentFile;
  try {
    file = readDocumentFile([bytes]);
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 'invalid', reason: error.message };
    throw error;
  }
  return await document.use((core) => core.call(null, { type: 'import', file }));
}

function openDocument(data: string, name: string): DenoDocument {
  return new DenoDocument(name, `${data}/documents/${fileNameOf(name)}`, context);
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { data: { type: 'string', default: './data' } },
  });
  const [task, name = '', file] = positionals;
  if (task === 'backup' && name !== '') return await runBackup(values.data, name);
  if ((task !== 'export' && task !== 'import') || file === undefined) fail(usage);
  if (!isDocumentName(name)) {
    fail(`Cannot ${task}: the name "${name}" is not 1 to 128 letters, digits, "-", "_" or "~".`);
  }
  if (task === 'export') exportTo(values.data, name, file);
  else console.log(`Imported "${name}" at version ${await importFrom(values.data, name, file)}.`);
}

async function runBackup(data: string, to: string): Promise<void> {
  const { documents, failures } = await backUpFolder(data, to);
  console.log(`Backed up ${documents} documents to ${to}.`);
  for (const { document, error } of failures) {
    console.error(`Cannot back up "${document}": ${(error as Error).message}.`);
  }
  if (failures.length > 0) Deno.exit(1);
}

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    if (error instanceof FileInUseError) {
      fail(`${error.message} Stop it, or use GET /docs/NAME/export and POST /docs/NAME/import.`);
    }
    if (error instanceof Error) fail(error.message);
    throw error;
  }
}
