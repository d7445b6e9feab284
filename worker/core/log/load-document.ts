import * as Y from 'yjs';
import { workLimits } from '../../../protocol/limits.ts';

/**
 * Loads a document from updates, in one transaction, and garbage-collects it. Throws what Yjs throws.
 *
 * Yjs does not garbage-collect it again: after many further updates, call {@link collectGarbage}.
 */
export function loadDocument(updates: readonly Uint8Array[]): Y.Doc {
  const doc = loadUncollected(updates);
  collectGarbage(doc);
  return doc;
}

/** Units for loading a document from updates of this length. A step of loading takes as long as a byte. */
export function loadWork(bytesAndSteps: number): number {
  return bytesAndSteps / workLimits.loadedBytes;
}

/** Loads a document and keeps the content of deleted items, until {@link collectGarbage}. */
function loadUncollected(updates: readonly Uint8Array[]): Y.Doc {
  const doc = emptyDocument();
  applyUpdates(doc, updates);
  return doc;
}

/**
 * An empty document that changes only by the updates that are applied to it, and is collected only by
 * {@link collectGarbage}.
 */
export function emptyDocument(): Y.Doc {
  const doc = new Y.Doc({ gc: false });
  // After remote changes, Yjs deletes formatting that it finds redundant. These deletions would be in no
  // update of the log, and versions would differ from what the document was.
  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    transaction._needFormattingCleanup = false;
  });
  return doc;
}

/** Applies updates in one transaction. */
export function applyUpdates(doc: Y.Doc, updates: readonly Uint8Array[]): void {
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
}

/**
 * Removes the content of deleted items, and merges structs, as Yjs does at the end of a transaction.
 * The encoded document has the same bytes.
 *
 * It takes linear time. Yjs removes merged structs from its array one group at a time: 17 s for the
 * deletion of 100,000 paragraphs, an update of 13 bytes.
 */
export function collectGarbage(doc: Y.Doc): void {
  const { store } = doc;
  for (const structs of store.clients.values()) {
    // Collecting a type replaces its children in the same arrays, and changes no length.
    for (let i = 0; i < structs.length; i++) {
      const struct = structs[i];
      if (struct instanceof Y.Item && struct.deleted) struct.gc(store, false);
    }
  }
  for (const [client, structs] of store.clients) store.clients.set(client, merged(structs));
}

/** Merges adjacent structs in place, where Yjs can merge them, and returns those that remain. */
function merged(structs: readonly (Y.GC | Y.Item)[]): (Y.GC | Y.Item)[] {
  const remaining: (Y.GC | Y.Item)[] = [];
  let last: Y.GC | Y.Item | null = null;
  for (const struct of structs) {
    if (last !== null && mergeInto(last, struct)) continue;
    remaining.push(struct);
    last = struct;
  }
  return remaining;
}

function mergeInto(left: Y.GC | Y.Item, right: Y.GC | Y.Item): boolean {
  if (left instanceof Y.GC) return right instanceof Y.GC && left.mergeWith(right);
  if (!(right instanceof Y.Item) || left.deleted !== right.deleted || !left.mergeWith(right)) {
    return false;
  }
  const { parent, parentSub } = right;
  // The newest value of a key is in the map of its type.
  if (
    parentSub !== null && parent instanceof Y.AbstractType && parent._map.get(parentSub) === right
  ) {
    parent._map.set(parentSub, left);
  }
  return true;
}
