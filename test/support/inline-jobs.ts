import type { JobHost } from '../../worker/core/host.ts';

/** Runs every job in the turn that needs it. */
export const inlineJobs: JobHost = {
  inlineWork: Infinity,
  isParallel: false,
  runLarge: () => {
    throw new Error('No job is large');
  },
};

/** A result that does not wait for a job. */
export function immediate<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new Error('The result comes later');
  return result;
}
