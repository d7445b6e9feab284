/** Steps up to which a document is as cheap as if it had none. */
const cheapSteps = 64 * 1024;

/**
 * Estimates the work of loading a document. A byte and a step count as 1: up to 300 ns. `steps` is null
 * when they were never counted: each item has 12 bytes or more, and takes a step with each earlier one.
 */
export function workOf(bytes: number, steps: number | null): number {
  return bytes + (steps ?? (bytes / 12) ** 2 / 2);
}

/** Whether to store the steps of a document: they were not stored, or have doubled since. This is rare. */
export function mustStoreSteps(steps: number, stored: number | null): boolean {
  return stored === null || steps > Math.max(cheapSteps, 2 * stored);
}
