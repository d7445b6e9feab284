import { openDatabase, transact } from './offline-database.ts';
import { rowsOf } from './offline-store.ts';

/**
 * Deletes the copy of a document; with `saved`, only if no tab has unsaved changes in it. Other tabs with
 * this document stop writing into the copy. Returns whether it was deleted. Rejects with a `DOMException`.
 */
export async function deleteCopy(document: string, which: 'all' | 'saved'): Promise<boolean> {
  // A connection of its own: that of the copy may have been lost.
  const database = await openDatabase({ onOutdated() {}, onClosed() {} });
  return await transact(database, async ({ documents, updates }) => {
    const head = await documents.get(document);
    if (which === 'saved' && Object.keys(head?.unsent ?? {}).length > 0) return false;
    await Promise.all([documents.delete(document), updates.delete(rowsOf(document))]);
    return true;
  }).finally(() => database.close());
}
