import { readFileStart } from '../core/archive/document-reader.ts';
import { verifyFile } from '../core/archive/verify-file.ts';
import { operatorPrincipal } from './document.ts';
import type { Documents } from './documents.ts';
import { documentNameOf, fileNameOf } from './file-name.ts';
import { makeFolder, syncFolder } from './sync-folder.ts';

export interface BackupResult {
  /** The number of documents backed up completely. */
  readonly documents: number;
  /** The documents that were not, and why. Their previous backups are still there. */
  readonly failures: readonly { readonly document: string; readonly error: unknown }[];
}

/**
 * Exports every document of the folder `data` into the folder `to`, each consistent in itself. Copying
 * the data folder is not enough: open databases are locked, and their newest writes are in separate
 * files.
 *
 * A damaged document does not stop the backup of the others. A backup is never replaced by less: what
 * can still be read of a damaged document is written beside it, as `NAME.edgepad.damaged`.
 */
export async function backUp(
  documents: Documents,
  data: string,
  to: string,
): Promise<BackupResult> {
  makeFolder(to);
  let count = 0;
  const failures: BackupResult['failures'][number][] = [];
  for (const name of documentsOf(`${data}/documents`, to)) {
    try {
      if (await backUpOne(documents, name, `${to}/${backupNameOf(name)}`)) count++;
    } catch (error) {
      failures.push({ document: name, error });
    }
  }
  syncFolder(to);
  return { documents: count, failures };
}

/** The name of a document's backup in its folder. */
export function backupNameOf(name: string): string {
  return fileNameOf(name).replace(/\.sqlite$/, '.edgepad');
}

/** The documents that have a file or a backup. */
function documentsOf(folder: string, backups: string): Set<string> {
  const files = [
    ...Deno.readDirSync(folder),
    ...Deno.readDirSync(backups).filter(({ name }) => name.endsWith('.edgepad')),
  ];
  return new Set(
    files.map(({ name }) => documentNameOf(name.replace(/\.edgepad$/, '.sqlite')))
      .filter((name) => name !== null),
  );
}

/** Returns false for a deleted document, which leaves a file too. */
async function backUpOne(documents: Documents, name: string, path: string): Promise<boolean> {
  const { pieces, unreadable, wasDeleted } = documents.get(name).use((document) => ({
    pieces: document.call(operatorPrincipal, { type: 'export' }),
    unreadable: document.unreadableUpdates,
    wasDeleted: document.wasDeleted,
  }));
  const earlier = readBackupStart(path);
  if ('status' in pieces) {
    if (wasDeleted || earlier === null) return false;
    throw new Error('Its file is missing or empty, and it was not deleted. Restore its backup');
  }
  const damage = unreadable > 0 ? `${unreadable} of its updates are damaged` : damageOf(pieces);
  if (damage !== null) {
    await writeFile(pieces, `${path}.damaged`);
    throw new Error(`${damage}. What is left of it is in ${path}.damaged`);
  }
  const current = readFileStart(pieces);
  if (earlier?.created === current.created && earlier.version > current.version) {
    throw new Error(
      `It has version ${current.version}, and its backup version ${earlier.version}. ` +
        'Restore the backup, or move it to another folder',
    );
  }
  await writeFile(pieces, path);
  return true;
}

/** Null without a backup, or with one that is damaged. */
function readBackupStart(path: string): ReturnType<typeof readFileStart> | null {
  try {
    using file = Deno.openSync(path);
    const start = new Uint8Array(4096);
    return readFileStart([start.subarray(0, file.readSync(start) ?? 0)]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Null for a file that can be imported. */
function damageOf(pieces: readonly Uint8Array[]): string | null {
  try {
    verifyFile(pieces);
    return null;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** Replaces the file only when the new one is complete and on the disk. */
async function writeFile(pieces: readonly Uint8Array[], path: string): Promise<void> {
  const next = `${path}.new`;
  try {
    await writeAndSync(pieces, next);
    await Deno.rename(next, path);
  } catch (error) {
    Deno.removeSync(next);
    throw error;
  }
}

async function writeAndSync(pieces: readonly Uint8Array[], path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  for (const piece of pieces) {
    // Not `file.writable`: Deno writes what it was given after the sync.
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }
  await file.sync();
}
