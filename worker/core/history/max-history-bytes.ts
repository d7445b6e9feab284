import { historyLimits } from '../../../protocol/limits.ts';

/** The bytes that the versions of a document with so many stored bytes may take. */
export function maxHistoryBytes(documentBytes: number): number {
  const { minBytes, perStored, maxBytes } = historyLimits;
  return Math.min(
    Math.max(minBytes, perStored * documentBytes),
    Math.max(maxBytes, 2 * documentBytes),
  );
}
