import { operatorPrincipal } from './document.ts';
import type { Documents } from './documents.ts';
import { documentNameOf, fileNameOf } from './file-name.ts';

/**
 * Exports every document of a running service into the folder `to`, each consistent in itself, and
 * returns their number. Copying the data folder is not enough: open databases are locked, and their
 * newest writes are in separate files.
 */
export async function backUp(documents: Documents, data: string, to: string): Promise<number> {
  Deno.mkdirSync(to, { recursive: true });
  let count = 0;
  for (const file of [...Deno.readDirSync(`${data}/documents`)]) {
    const name = documentNameOf(file.name);
    if (name !== null && await backUpOne(documents, name, `${to}/${backupNameOf(name)}`)) count++;
  }
  return count;
}

/** The name of a document's backup in its folder. */
export function backupNameOf(name: string): string {
  return fileNameOf(name).replace(/\.sqlite$/, '.edgepad');
}

/** Returns false for a deleted document, which leaves a file too. */
async function backUpOne(documents: Documents, name: string, path: string): Promise<boolean> {
  const pieces = documents.get(name).use((document) =>
    document.call(operatorPrincipal, { type: 'export' })
  );
  if ('status' in pieces) return false;
  const file = await Deno.open(`${path}.new`, { write: true, create: true, truncate: true });
  try {
    const writer = file.writable.getWriter();
    for (const piece of pieces) await writer.write(piece);
    await file.sync();
    await writer.close();
  } catch (error) {
    Deno.removeSync(`${path}.new`);
    throw error;
  }
  // Replaces the previous backup only when the new one is complete.
  await Deno.rename(`${path}.new`, path);
  return true;
}
