import { ItemIndex } from '../update/item-index.ts';
import { LogState } from '../update/log-state.ts';
import { validateUpdate } from '../update/validate-update.ts';
import type { StoredUpdate } from './log-tables.ts';

/**
 * Rebuilds the state of a log from its snapshot's state and its tail. Validates the tail as when it was
 * received: an update that an older version stored, or that was damaged since, could break the document
 * in every client. It is left out and passed to `quarantine`.
 */
export function restoreState(
  state: LogState,
  tail: readonly StoredUpdate[],
  quarantine: (version: number, reason: string) => void,
): LogState {
  for (const { version, update } of tail) {
    try {
      const validated = validateUpdate(update, state);
      if (validated.type === 'gap') throw new SyntaxError('it depends on missing structs');
      state.add(validated.contents);
    } catch (error) {
      quarantine(version, (error as Error).message);
    }
  }
  return state;
}

/** Restores the index of a snapshot; null when there is none that this version of the service reads. */
export function restoreItems(encoded: Uint8Array | null): ItemIndex | null {
  try {
    return encoded && ItemIndex.decode(encoded);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}
