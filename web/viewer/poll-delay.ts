/** The outcome of a poll: the delay that the service asks for, in milliseconds; null without one. */
export type PollOutcome = number | null | 'failed';

/** The delay if the service asks for none, in milliseconds. */
const defaultDelay = 3_000;
const minBackoff = 250;
/** The span of the jitter after the first failure, and after many, in milliseconds. */
const firstSpan = 1_000;
const maxSpan = 60_000;

/**
 * The delay before the next poll. After a success it is what the service asks for, plus up to 20 %
 * jitter, which spreads readers that have started together. After failures it is full jitter over a
 * span that doubles, which spreads the readers of a service that recovers.
 */
export class PollDelay {
  readonly #random: () => number;
  #failures = 0;

  /** `random` returns numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds from the end of a poll with this outcome to the next poll. */
  next(outcome: PollOutcome): number {
    if (outcome === 'failed') {
      const span = Math.min(firstSpan * 2 ** this.#failures++, maxSpan);
      return minBackoff + this.#random() * span;
    }
    this.#failures = 0;
    return (outcome ?? defaultDelay) * (1 + 0.2 * this.#random());
  }

  /** Starts the backoff again. */
  reset(): void {
    this.#failures = 0;
  }
}
