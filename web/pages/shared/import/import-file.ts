import { createDocument } from '../create-document.ts';
import { UserError } from '../user-error.ts';
import { storeFile } from './stored-file.ts';

/** In bytes. A long book with its markup has about as many. */
const maxFileSize = 4 * 1024 * 1024;

/** The types that the file picker offers. */
const accepted = '.md,.markdown,.html,.htm,.txt,text/markdown,text/html,text/plain';

/** Opens the file picker. Browsers open it only from within the handler of a click or a key. */
export function chooseFile(onFile: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accepted;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) onFile(file);
  });
  input.click();
}

/**
 * Reads a file, creates a document for it, and opens its page, which inserts the text. Throws a
 * {@link UserError}; a file that cannot be read leaves no document behind.
 */
export async function importFile(file: File): Promise<void> {
  if (file.size > maxFileSize) {
    throw new UserError(`Cannot import “${file.name}”: it is larger than 4 MB.`);
  }
  if (!/\.(md|markdown|html?|txt)$/i.test(file.name)) {
    throw new UserError(`Cannot import “${file.name}”: choose a .md, .html or .txt file.`);
  }
  const { decodeFile, readFile } = await loadReader(file.name);
  const decoded = decodeFile(file.name, new Uint8Array(await bytesOf(file)));
  await readFile(decoded);
  const giveTo = await storeFile(decoded);
  const { name, address } = await createDocument();
  await giveTo(name);
  location.assign(`${address}${address.includes('#') ? '&' : '#'}import`);
}

async function loadReader(name: string): Promise<typeof import('./read-file.ts')> {
  try {
    return await import('./read-file.ts');
  } catch (error) {
    // Thrown when the script cannot be fetched.
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(
      `Cannot import “${name}”: a part of this page did not load. Check your connection and try again.`,
    );
  }
}

async function bytesOf(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (error) {
    // The file was moved, or the browser may not read it.
    if (!(error instanceof DOMException)) throw error;
    throw new UserError(`Cannot import “${file.name}”: it cannot be read. Choose it again.`);
  }
}
