import { historyLimits } from '../../../protocol/limits.ts';
import type { StoredUpdate } from '../log/log-tables.ts';
import { noVersions, type VersionPlan } from './chain.ts';
import { findVersions } from './find-versions.ts';
import type { HistoryStart, Version } from './version.ts';
import type { StoredVersion, VersionTables } from './version-tables.ts';

/** The versions that a compaction makes. */
export interface TakenVersions {
  readonly versions: readonly Version[];
  readonly plan: VersionPlan;
  /** The log at its new snapshot. */
  readonly start: HistoryStart;
}

/** The log, as far as its versions are about it. */
interface VersionedLog {
  /** The updates after the snapshot. */
  readonly tail: readonly StoredUpdate[];
  /** The encoded state of the snapshot; null without one. */
  readonly state: Uint8Array | null;
  /** Stored bytes. */
  readonly bytes: number;
}

interface ListedVersions {
  /** The versions that are in the tail, or are the snapshot, and have no link. Oldest first. */
  readonly unlinked: readonly Version[];
  readonly start: HistoryStart;
  readonly end: HistoryStart;
}

/** Finds the versions that are in the log and not in the chain. */
export function versionsInLog(tables: VersionTables, log: VersionedLog): ListedVersions {
  const stored = new Map(tables.list().map((version) => [version.version, version]));
  const start = tables.readStart();
  const found = findVersions(
    log.tail,
    { ...start, isVersion: start.isVersion || stored.has(start.version) },
    { state: log.state, known: stored, maxCount: maxVersions(log.bytes) },
  );
  const named = [...stored.values()].filter(isListed).filter(({ version }) =>
    version > start.version || (version === start.version && !start.isVersion)
  );
  const unlinked = [...found.versions, ...named].sort((a, b) => a.version - b.version);
  return { unlinked, start, end: found.end };
}

/** What a compaction of the whole log makes. `hasFailed`: the last ones did not finish. */
export function takeVersions(
  tables: VersionTables,
  log: VersionedLog,
  hasFailed: boolean,
): TakenVersions {
  const { unlinked, end } = versionsInLog(tables, log);
  // Compaction must not fail because of versions.
  if (hasFailed) return { versions: [], plan: noVersions, start: end };
  const snapshots = log.state === null ? 0 : 1;
  return {
    versions: unlinked,
    plan: {
      after: unlinked.map(({ version }) => snapshots + countUntil(log.tail, version)),
      over: unlinked.length > 0 ? tables.newestState() : null,
    },
    start: end,
  };
}

/** Count of the updates up to a version. */
export function countUntil(tail: readonly StoredUpdate[], version: number): number {
  return tail.findLastIndex((stored) => stored.version <= version) + 1;
}

export function isListed(version: StoredVersion): version is Version {
  return version.reason !== 'deleted';
}

/** Each version takes compaction time in the size of the document. */
function maxVersions(bytes: number): number {
  return Math.max(1, Math.floor(historyLimits.versionedBytes / bytes));
}
