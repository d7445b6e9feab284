/**
 * The invariants that a run is checked for; `invariants.ts` has a function for each. I1 durable before
 * visible, I2 acknowledged updates are kept, I3 convergence, I4 no pending structs, I5 the log is the
 * state, I6 versions name contents, I7 readers change nothing, I8 a rejected message affects only its
 * sender, I9 presence is true, I10 bounded timers and frames, I11 a version is what the document was. L is liveness: the world settles, every
 * client is synced, and no honest client is closed.
 */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'L';

/** A broken invariant. */
export class Violation extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Throws a {@link Violation} unless the condition is met. */
export function ensure(
  condition: boolean,
  invariant: Invariant,
  message: () => string,
): asserts condition {
  if (!condition) throw new Violation(invariant, message());
}
