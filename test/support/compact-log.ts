import { compactUpdates, type TakenLog } from '../../worker/core/log/compaction.ts';
import type { UpdateLog } from '../../worker/core/log/update-log.ts';

function compacted({ updates, stateVector, history }: TakenLog) {
  return compactUpdates(updates, stateVector, history.plan);
}

/** Compacts a log in one turn. */
export function compactLog(log: UpdateLog): void {
  const taken = log.takeForCompaction();
  if (taken) log.replaceTaken(taken, compacted(taken));
}
