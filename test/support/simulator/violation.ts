/** The invariants of docs/… that a run is checked for; the names stand in every report. */
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
