import { limits, workLimits } from '../../../protocol/limits.ts';

/** Steps up to which a document is as cheap as if it had none. */
const cheapSteps = 64 * 1024;

/**
 * Estimates the work of loading a document. A byte and a step of loading count as 1: up to 200 ns.
 * `steps` is null when they were never counted: each item has 12 bytes or more, and takes a step with
 * each earlier one.
 */
export function workOf(bytes: number, steps: number | null): number {
  return bytes + (steps ?? (bytes / 12) ** 2 / 2);
}

/** Whether to store the steps of a document: they were not stored, or have doubled since. This is rare. */
export function mustStoreSteps(steps: number, stored: number | null): boolean {
  return stored === null || steps > Math.max(cheapSteps, 2 * stored);
}

interface Tail {
  readonly tailRows: number;
  readonly tailBytes: number;
  readonly snapshotBytes: number;
}

/**
 * Whether compaction is due. It costs time in the size of the document, so a larger snapshot allows a
 * longer tail. `steps` are those of integrating the tail, which each wake repeats.
 */
export function isTailLong({ tailRows, tailBytes, snapshotBytes }: Tail, steps: number): boolean {
  return tailRows >= Math.max(limits.tailRows, snapshotBytes / 4096) ||
    tailBytes >= Math.max(limits.tailBytes, snapshotBytes / 8) ||
    steps >= workLimits.tailSteps;
}
