import * as Y from 'yjs';

/**
 * Applies stored updates to a document, in one transaction with this origin. Skips damaged updates, and
 * returns their indices.
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

/** Decodes the whole update before any of it is applied: Yjs would keep the first half of a damaged one. */
function isUpdate(row: unknown): row is Uint8Array {
  if (!(row instanceof Uint8Array)) return false;
  try {
    Y.decodeUpdate(row);
    return true;
  } catch {
    // lib0 throws plain errors of several kinds.
    return false;
  }
}
