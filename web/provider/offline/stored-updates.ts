import * as Y from 'yjs';

/**
 * Applies stored updates to a document, in one transaction under `origin`. Those that cannot be read
 * are left out; answers their places.
 */
export function applyStoredUpdates(
  doc: Y.Doc,
  rows: readonly unknown[],
  origin: unknown,
): Set<number> {
  const damaged = new Set<number>();
  doc.transact(() => {
    for (const [index, row] of rows.entries()) {
      if (isUpdate(row)) Y.applyUpdate(doc, row, origin);
      else damaged.add(index);
    }
  }, origin);
  return damaged;
}

/** Stored updates as one. Through a document: joining them as bytes takes minutes for long logs. */
export function mergeStoredUpdates(
  rows: readonly unknown[],
): { merged: Uint8Array; damaged: ReadonlySet<number> } {
  const doc = new Y.Doc();
  const damaged = applyStoredUpdates(doc, rows, null);
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return { merged, damaged };
}

/** Read to the end before any of it is applied: Yjs would keep the first half of a broken update. */
function isUpdate(row: unknown): row is Uint8Array {
  if (!(row instanceof Uint8Array)) return false;
  try {
    Y.decodeUpdate(row);
    return true;
  } catch {
    // lib0 throws plain errors, and whatever bytes that are no update lead to.
    return false;
  }
}
