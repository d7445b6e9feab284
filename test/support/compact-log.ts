import { compactUpdates } from '../../worker/core/log/compaction.ts';
import type { UpdateLog } from '../../worker/core/log/update-log.ts';

/** Compacts a log in one turn. */
export function compactLog(log: UpdateLog): void {
  const taken = log.takeForCompaction();
  if (taken) log.replaceTaken(taken, compactUpdates(taken.updates, taken.stateVector));
}
