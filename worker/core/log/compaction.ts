import * as Y from 'yjs';
import { LogState } from '../update/log-state.ts';
import { readContents } from '../update/update-walk.ts';
import { collectGarbage, loadUncollected } from './load-document.ts';
import { removeUnreadableContent } from './unreadable-content.ts';

/** A whole document as one update. */
export interface CompactedLog {
  readonly update: Uint8Array;
  /** The state of `update`. Has all deletions, the state of the log only those that updates name. */
  readonly state: LogState;
  /** The update that removed unreadable content, to be broadcast. Null when there was none. */
  readonly removal: Uint8Array | null;
}

/**
 * Merges updates into one that contains the same document, without what Yjs garbage-collects. Throws
 * when the result differs from `state`, the state of the log: the log must then stay as it is.
 *
 * It loads a document in one transaction, because `Y.mergeUpdates` takes quadratic time over a long
 * log: 108 s and four times the bytes for 60,000 updates of one key, against 0.27 s.
 */
export function compactUpdates(updates: readonly Uint8Array[], state: LogState): CompactedLog {
  const doc = loadUncollected(updates);
  try {
    if (doc.store.pendingStructs || doc.store.pendingDs) {
      throw new Error('Cannot compact: an update depends on structs that are not in the log');
    }
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
      const expected = state.clockOf(client);
      if (expected !== clock) {
        throw new Error(`Cannot compact: clock of ${client} is ${clock}, expected ${expected}`);
      }
    }
    const removal = removeUnreadableContent(doc);
    collectGarbage(doc);
    const update = Y.encodeStateAsUpdate(doc);
    const compactedState = new LogState();
    compactedState.add(readContents(update, compactedState));
    return { update, state: compactedState, removal };
  } finally {
    doc.destroy();
  }
}
