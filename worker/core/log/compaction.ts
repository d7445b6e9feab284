import * as Y from 'yjs';
import { contentsOf } from '../update/validate-update.ts';
import { LogState } from '../update/log-state.ts';
import { pruneDocument } from './prune.ts';

/** A whole document in one update, and what it holds. */
export interface Compacted {
  readonly state: Uint8Array;
  /** Names every deletion, also those that only followed from another change. */
  readonly known: LogState;
  /** What had to be deleted, as an update that the clients need; null for nothing. */
  readonly pruned: Uint8Array | null;
}

/**
 * One update that holds all these updates hold, without what garbage collection drops.
 *
 * A document is filled in one transaction: `Y.mergeUpdates` over a long log takes time that grows
 * with its square (60,000 one-key updates: 108 s, and four times the bytes; this way 0.27 s).
 * Throws when the result is not what `known` says the log holds: then the log is to stay as it is.
 */
export function compactUpdates(updates: readonly Uint8Array[], known: LogState): Compacted {
  const doc = loadDocument(updates);
  try {
    if (doc.store.pendingStructs || doc.store.pendingDs) {
      throw new Error('Cannot compact: the log is not causally complete');
    }
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
      if (known.clockOf(client) !== clock) {
        throw new Error(`Cannot compact: client ${client} stands at ${clock} in the document`);
      }
    }
    const pruned = pruneDocument(doc);
    const state = Y.encodeStateAsUpdate(doc);
    const compacted = new LogState();
    compacted.add(contentsOf(state, compacted));
    return { state, known: compacted, pruned };
  } finally {
    doc.destroy();
  }
}

/** A document filled with these updates, in one transaction. Throws what Yjs throws. */
export function loadDocument(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}
