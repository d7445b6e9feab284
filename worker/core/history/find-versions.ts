import { historyLimits } from '../../../protocol/limits.ts';
import type { StoredUpdate } from '../log/log-tables.ts';
import { LogState } from '../update/log-state.ts';
import { readContents } from '../update/update-walk.ts';
import { DeletionCheck } from './deletion-check.ts';
import type { HistoryStart, Version, VersionReason } from './version.ts';

interface FoundVersions {
  /** The automatic versions, oldest first. */
  readonly versions: readonly Version[];
  /** The log at its end, for the next search. */
  readonly end: HistoryStart;
}

/**
 * Finds the automatic versions of a log in its tail, without a document. Whether there is a version
 * before an update depends only on that update and earlier ones, so that later searches find the same
 * ones. `state` is the encoded state of the snapshot; `known` has the versions that are in the list or
 * were deleted from it.
 */
export function findVersions(
  tail: readonly StoredUpdate[],
  start: HistoryStart,
  { state, known, maxCount }: {
    readonly state: Uint8Array | null;
    readonly known: { has(version: number): boolean };
    readonly maxCount: number;
  },
): FoundVersions {
  const versions: Version[] = [];
  const deletions = new DeletionCheck(state ? LogState.decode(state) : new LogState());
  let { version, at, unversionedAt, isVersion } = start;
  for (const added of tail) {
    // The clock may have been set back, and rows of older versions of the service have no time.
    const addedAt = added.at ?? at;
    const deletesMost = deletions.add((log) => readContents(added.update, log));
    if (!isVersion && versions.length < maxCount) {
      const reason = reasonFor({ at, unversionedAt, addedAt }, deletesMost);
      if (reason) {
        versions.push({ version, at: at ?? addedAt ?? 0, reason, name: null });
        unversionedAt = null;
      }
    }
    ({ version } = added);
    at = addedAt;
    isVersion = known.has(version);
    unversionedAt = isVersion ? null : unversionedAt ?? at;
  }
  return { versions, end: { version, at, unversionedAt, isVersion } };
}

function reasonFor(
  { at, unversionedAt, addedAt }: {
    readonly at: number | null;
    readonly unversionedAt: number | null;
    readonly addedAt: number | null;
  },
  deletesMost: boolean,
): VersionReason | null {
  if (deletesMost) return 'deletion';
  if (addedAt === null) return null;
  // What an older version of the service stored is the first version.
  if (at === null || addedAt - at >= historyLimits.pause) return 'pause';
  const isLong = unversionedAt !== null && addedAt - unversionedAt >= historyLimits.interval;
  return isLong ? 'interval' : null;
}
