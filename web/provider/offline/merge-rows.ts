import * as Y from 'yjs';
import type { MergedRows, OfflineStore } from './offline-store.ts';
import { applyStoredUpdates } from './stored-updates.ts';

/**
 * Merges all rows of a copy into one, if there are at least `maxRows`, unless another tab is doing it.
 * Returns the number of rows after that.
 */
export async function mergeRows(
  store: OfflineStore,
  name: string,
  maxRows: number,
): Promise<number> {
  let count = await store.count();
  if (count < maxRows) return count;
  const merge = async () => {
    await store.replace((rows) => mergeStoredUpdates(rows));
    count = 1;
  };
  try {
    // The lock only saves a second tab the work. Without locks (plain HTTP), the transaction keeps
    // every row.
    if (!navigator.locks) await merge();
    else {
      const lockName = `edgepad copy ${name}`;
      await navigator.locks.request(lockName, { ifAvailable: true }, (lock) => lock && merge());
    }
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
    // The rows and the merged one do not fit together. The rows stay, and are merged later.
    return 0;
  }
  return count;
}

/**
 * Merges stored updates, and applies a change that returns further client ids of this browser's text.
 * Uses a document: `Y.mergeUpdates` takes minutes for thousands of updates.
 */
export function mergeStoredUpdates(
  rows: readonly unknown[],
  change: (doc: Y.Doc) => readonly number[] = () => [],
): MergedRows {
  const doc = new Y.Doc();
  const damaged = applyStoredUpdates(doc, rows, null);
  const clients = change(doc);
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return { merged, damaged, clients };
}
