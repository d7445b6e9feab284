/** How a poll went. */
export type PollOutcome = 'changed' | 'unchanged' | 'failed';

/** While somebody is writing, milliseconds. */
const shortest = 2_000;
/** At rest. */
const longest = 20_000;
const growth = 1.4;
const firstBackOff = 1_000;
const longestBackOff = 60_000;

/**
 * How long to wait for the next poll: two seconds while changes come, then longer and longer, up to
 * twenty. After failures a time by chance from a span that doubles (full jitter), so that the
 * readers of a service that comes back do not all ask at once.
 */
export class PollRhythm {
  readonly #random: () => number;
  #pause = shortest;
  #failures = 0;

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds from the end of a poll that went like this to the next. */
  after(outcome: PollOutcome): number {
    if (outcome === 'failed') {
      const span = Math.min(firstBackOff * 2 ** this.#failures++, longestBackOff);
      return 250 + this.#random() * span;
    }
    this.#failures = 0;
    this.#pause = outcome === 'changed' ? shortest : Math.min(this.#pause * growth, longest);
    // A tenth up or down, so that readers who began together do not go on together.
    return this.#pause * (0.9 + 0.2 * this.#random());
  }

  /** Something may be new: the next poll finds out, and the pauses begin short again. */
  quicken(): void {
    this.#pause = shortest;
    this.#failures = 0;
  }
}
