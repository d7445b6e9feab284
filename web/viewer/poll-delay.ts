/** What a poll says about the next: milliseconds to wait, nothing, or that it failed. */
export type PollOutcome = number | null | 'failed';

/** Where the service does not say how long to wait, milliseconds. */
const usual = 3_000;
const firstBackOff = 1_000;
const longestBackOff = 60_000;

/**
 * How long to wait for the next poll: what the service says, and up to a fifth more by chance, so
 * that readers who began together do not go on together. After failures a time by chance from a
 * span that doubles (full jitter), so that the readers of a service that comes back do not all ask
 * at once.
 */
export class PollDelay {
  readonly #random: () => number;
  #failures = 0;

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds from the end of a poll that went like this to the next. */
  next(outcome: PollOutcome): number {
    if (outcome === 'failed') {
      const span = Math.min(firstBackOff * 2 ** this.#failures++, longestBackOff);
      return 250 + this.#random() * span;
    }
    this.#failures = 0;
    return (outcome ?? usual) * (1 + 0.2 * this.#random());
  }

  /** Something may be new: pauses begin short again. */
  reset(): void {
    this.#failures = 0;
  }
}
