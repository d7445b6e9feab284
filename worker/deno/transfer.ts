/** `deno task export NAME FILE` and `deno task import NAME FILE`: documents as files, without a service. */
import { parseArgs } from 'node:util';
import { isDocumentName } from '../../protocol/document-name.ts';
import { joinBytes } from '../../protocol/split-bytes.ts';
import { DenoDocument } from './document-host.ts';
import { fileNameOf } from './file-name.ts';
import { Metrics } from './metrics.ts';
import { FileInUseError, FileSql } from './sql.ts';

/** The operator stands before the disk itself: there is nobody to be asked. */
const operator = { kind: 'open' } as const;

const usage = `deno task export NAME FILE [--data ./data]
deno task import NAME FILE [--data ./data]
`;

/** Writes a document into a file. Throws a FileInUseError while somebody has the document open. */
export function exportTo(data: string, name: string, file: string): void {
  const document = opened(data, name);
  try {
    const pieces = document.use((hosted) => hosted.export(operator));
    if ('status' in pieces) throw new RangeError(`There is no document "${name}" in ${data}`);
    Deno.writeFileSync(file, joinBytes(pieces), { createNew: true });
  } finally {
    document.close();
  }
}

/** Makes a document of such a file. Throws a FileInUseError while a service runs on the folder. */
export function importFrom(data: string, name: string, file: string): number {
  Deno.mkdirSync(`${data}/documents`, { recursive: true });
  // A running service may know already that there is no such document.
  const own = new FileSql(`${data}/edgepad.sqlite`, 'NORMAL');
  own.query('PRAGMA user_version');
  const document = opened(data, name);
  try {
    const imported = document.use((hosted) => hosted.import(Deno.readFileSync(file)));
    if (imported.status === 'unreadable') throw new RangeError(imported.reason);
    if (imported.status === 'taken') throw new RangeError(`There is a document "${name}" already`);
    return imported.version;
  } finally {
    document.close();
    own.close();
  }
}

function opened(data: string, name: string): DenoDocument {
  return new DenoDocument(name, `${data}/documents/${fileNameOf(name)}`, {
    metrics: new Metrics(),
    report: (event, details) => console.error(event, details),
    // The service sets them again when the document is written in.
    setAlarm: () => {},
    forgetAlarm: () => {},
    verifyToken: () => Promise.reject(new Error('No token comes here')),
  });
}

function fail(sentence: string): never {
  console.error(sentence);
  Deno.exit(1);
}

function run(): void {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { data: { type: 'string', default: './data' } },
  });
  const [task, name = '', file] = positionals;
  if ((task !== 'export' && task !== 'import') || file === undefined) fail(usage);
  if (!isDocumentName(name)) fail(`"${name}" is no name of a document`);
  if (task === 'export') exportTo(values.data, name, file);
  else console.log(`"${name}" is at version ${importFrom(values.data, name, file)}`);
}

if (import.meta.main) {
  try {
    run();
  } catch (error) {
    if (error instanceof FileInUseError) {
      fail(`${error.message} Stop it, or use GET /docs/NAME/export and POST /docs/NAME/import.`);
    }
    if (error instanceof Error) fail(error.message);
    throw error;
  }
}
