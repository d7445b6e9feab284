/**
 * What a run is checked for; `invariants.ts` has a function for each. I1 durable before visible, I2
 * acknowledged is kept, I3 convergence, I4 no pending structs, I5 the log is the state, I6 versions
 * name contents, I7 readers change nothing, I8 refusals touch nobody else, I9 presence is true, I10
 * bounded; L, liveness: the world comes to rest, everybody is synced, and nobody honest is refused.
 */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'L';

/** The core has broken a promise. */
export class Violation extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Throws a {@link Violation} where this does not hold. */
export function require(
  holds: boolean,
  invariant: Invariant,
  message: () => string,
): asserts holds {
  if (!holds) throw new Violation(invariant, message());
}
