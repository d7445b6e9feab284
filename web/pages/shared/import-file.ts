import { createDocument } from './create-document.ts';
import { UserError } from './user-error.ts';

/** Holds the chosen file until the page of its document reads it. */
const cacheName = 'edgepad-import';

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
 * Creates a document, stores the file for it in the browser's cache and opens its page, which imports
 * the file: only that page loads the parsers. Throws a {@link UserError}.
 */
export async function importFile(file: File): Promise<void> {
  if (file.size > maxFileSize) {
    throw new UserError(`Cannot import “${file.name}”: it is larger than 4 MB.`);
  }
  if (!/\.(md|markdown|html?|txt)$/i.test(file.name)) {
    throw new UserError(`Cannot import “${file.name}”: choose a .md, .html or .txt file.`);
  }
  const { name, address } = await createDocument();
  await storeFile(file, name);
  location.assign(`${address}${address.includes('#') ? '&' : '#'}import`);
}

async function storeFile(file: File, name: string): Promise<void> {
  const headers = { 'content-type': 'text/plain', 'edgepad-file': encodeURIComponent(file.name) };
  try {
    // Drops a file that no page has read.
    await caches.delete(cacheName);
    const cache = await caches.open(cacheName);
    await cache.put(`/import/${name}`, new Response(file, { headers }));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new UserError(
      `Cannot import “${file.name}”: this browser allows no storage for this site.`,
    );
  }
}

export interface StoredFile {
  readonly name: string;
  readonly text: string;
}

/** Takes the file stored for this document out of the cache. Null without one. */
export async function takeStoredFile(documentName: string): Promise<StoredFile | null> {
  try {
    const cache = await caches.open(cacheName);
    const response = await cache.match(`/import/${documentName}`);
    await caches.delete(cacheName);
    if (!response) return null;
    const name = decodeURIComponent(response.headers.get('edgepad-file') ?? '');
    return { name, text: await response.text() };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return null;
  }
}

/** ReferenceError: `caches` exists only on https and localhost. DOMException: no room, or forbidden. */
function isUnavailable(error: unknown): boolean {
  return error instanceof DOMException || error instanceof ReferenceError;
}
