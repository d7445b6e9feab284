import type { OfflineCopy } from '../provider/offline/offline-copy.ts';

/**
 * Removes the document's copy from this device; `saved` keeps a copy with changes that were never sent.
 * A copy whose store does not respond stays.
 */
export async function removeCopy(offline: OfflineCopy, which: 'all' | 'saved'): Promise<void> {
  try {
    await offline.delete(which);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
