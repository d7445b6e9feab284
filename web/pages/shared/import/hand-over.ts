import { createDocument } from '../create-document.ts';

/** Where a chosen file waits for the page that reads it. */
const cacheName = 'edgepad-import';

/** The largest file that is taken, in bytes: a long book with its markup. */
const largest = 4 * 1024 * 1024;

/** Why a file cannot be imported, in words for the person who chose it. */
export class ImportError extends Error {}

/**
 * Leads to a new document that will begin with this file. The file is handed to the next page by the
 * browser's cache: that page has all it takes to read it, and this one, maybe the home page, has not.
 * Throws an {@link ImportError} or a `ServiceError` where that is not possible.
 */
export async function storeImport(file: File): Promise<void> {
  if (file.size > largest) {
    throw new ImportError(`“${file.name}” is too big: up to 4 MB can be imported.`);
  }
  if (!/\.(md|markdown|html?|txt)$/i.test(file.name)) {
    throw new ImportError(`“${file.name}” cannot be imported: only .md, .html and .txt can.`);
  }
  const { name, address } = await createDocument();
  await keep(file, name);
  location.assign(`${address}${address.includes('#') ? '&' : '#'}import`);
}

async function keep(file: File, name: string): Promise<void> {
  const headers = { 'content-type': 'text/plain', 'edgepad-file': encodeURIComponent(file.name) };
  try {
    // What nobody has fetched since is no longer waited for.
    await caches.delete(cacheName);
    const cache = await caches.open(cacheName);
    await cache.put(`/import/${name}`, new Response(file, { headers }));
  } catch (error) {
    // No `caches` outside of https and localhost; no room, or none allowed, elsewhere.
    if (!(error instanceof DOMException || error instanceof ReferenceError)) throw error;
    throw new ImportError('This browser keeps nothing for this site, so no file can be imported.');
  }
}

/** The file that was handed over to this document, once. Null where there is none. */
export async function takeStoredImport(
  name: string,
): Promise<{ name: string; text: string } | null> {
  try {
    const cache = await caches.open(cacheName);
    const response = await cache.match(`/import/${name}`);
    await caches.delete(cacheName);
    if (!response) return null;
    const fileName = decodeURIComponent(response.headers.get('edgepad-file') ?? '');
    return { name: fileName, text: await response.text() };
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof ReferenceError)) throw error;
    return null;
  }
}
