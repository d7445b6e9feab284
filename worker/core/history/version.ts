/** Why a version is kept. */
export type VersionReason =
  /** The document was not changed for some time. */
  | 'pause'
  /** The document was changed for some time without a version. */
  | 'interval'
  /** More than half of the content was deleted after it. */
  | 'deletion'
  /** An editor has named it. */
  | 'name';

/** A version that is kept. Its number is the count of updates that the document had. */
export interface Version {
  readonly version: number;
  /** When its last update was stored, in milliseconds since the epoch. */
  readonly at: number;
  readonly reason: VersionReason;
  readonly name: string | null;
}

/** The log at its snapshot, before its tail. */
export interface HistoryStart {
  /** The version of the snapshot. */
  readonly version: number;
  /** When its newest update was stored. Null when an older version of the service stored it. */
  readonly at: number | null;
  /** When the first update was stored that is in the snapshot and in no version; null when there is none. */
  readonly unversionedAt: number | null;
  /** Whether the snapshot is a version, or empty. */
  readonly isVersion: boolean;
}
