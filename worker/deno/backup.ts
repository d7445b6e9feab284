import type { Documents } from './documents.ts';
import { fileNameOf, nameInFile } from './file-name.ts';

/** The operator stands before the disk itself: there is nobody to be asked. */
const operator = { kind: 'open' } as const;

/**
 * Writes a document file of every document into a folder, each as it is at one moment, while the
 * service goes on. A copy from outside would not do: files that are open are locked, and their newest
 * changes lie beside them. Answers how many there are.
 */
export async function backUp(documents: Documents, data: string, to: string): Promise<number> {
  Deno.mkdirSync(to, { recursive: true });
  let count = 0;
  for (const file of [...Deno.readDirSync(`${data}/documents`)]) {
    const name = nameInFile(file.name);
    if (name === null) continue;
    // What was deleted has left a file as well.
    if (await writeOne(documents, name, `${to}/${backupNameOf(name)}`)) count += 1;
  }
  return count;
}

/** The file in the folder of a backup. */
export function backupNameOf(name: string): string {
  return fileNameOf(name).replace(/\.sqlite$/, '.edgepad');
}

async function writeOne(documents: Documents, name: string, path: string): Promise<boolean> {
  const pieces = documents.get(name).use((document) => document.export(operator));
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
  // The one before stays until this one is whole.
  await Deno.rename(`${path}.new`, path);
  return true;
}
