import type { StoredHead } from './log-tables.ts';

/** Cached facts about the log. */
export type Head = { exists: boolean } & { -readonly [K in keyof StoredHead]: StoredHead[K] };

export const emptyHead: Omit<StoredHead, 'epoch'> = {
  version: 0,
  schema: 0,
  compacted: 0,
  snapshotBytes: 0,
  tailRows: 0,
  tailBytes: 0,
  steps: 0,
};
