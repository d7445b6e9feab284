import { UserError } from '../user-error.ts';
import type { FileText } from './read-file.ts';

/** Holds the file that a page has read until the page of its new document inserts it. */
const cacheName = 'edgepad-import';

const headerNames = { name: 'edgepad-file', guessed: 'edgepad-encoding' } as const;

/**
 * Stores a file in the browser's cache. Returns a function that gives it to the document of a name. Throws
 * a {@link UserError} where the browser stores nothing.
 */
export async function storeFile(
  { name, text, guessed }: FileText,
): Promise<(documentName: string) => Promise<void>> {
  const headers = {
    'content-type': 'text/plain',
    [headerNames.name]: encodeURIComponent(name),
    [headerNames.guessed]: encodeURIComponent(guessed ?? ''),
  };
  const put = async (key: string) => {
    try {
      // Drops a file that no page has inserted.
      await caches.delete(cacheName);
      const cache = await caches.open(cacheName);
      await cache.put(`/import/${key}`, new Response(text, { headers }));
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      throw new UserError(`Cannot import “${name}”: this browser allows no storage for this site.`);
    }
  };
  // No document has this name.
  await put('.');
  return put;
}

/** Takes the file stored for this document out of the cache. Null without one. */
export async function takeStoredFile(documentName: string): Promise<FileText | null> {
  try {
    const cache = await caches.open(cacheName);
    const response = await cache.match(`/import/${documentName}`);
    await caches.delete(cacheName);
    if (!response) return null;
    const header = (name: string) => decodeURIComponent(response.headers.get(name) ?? '');
    return {
      name: header(headerNames.name),
      text: await response.text(),
      guessed: header(headerNames.guessed) || null,
    };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return null;
  }
}

/** ReferenceError: `caches` exists only on https and localhost. DOMException: no room, or forbidden. */
function isUnavailable(error: unknown): boolean {
  return error instanceof DOMException || error instanceof ReferenceError;
}
