interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** A virtual clock. Timers run by the monotonic clock, as on a real host. */
export class Clock {
  /** The monotonic clock: milliseconds since the world began. */
  elapsed = 0;
  /** Offset of the wall clock, in milliseconds. */
  skew = 0;
  #timers: Timer[] = [];

  /** The wall clock, in milliseconds since the epoch. */
  get now(): number {
    return 1_700_000_000_000 + this.elapsed + this.skew;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  after(milliseconds: number, work: () => void): void {
    this.#timers.push({ at: this.elapsed + milliseconds, work });
  }

  /** Advances the clocks and passes the work of due timers to `run`, in their order. */
  pass(milliseconds: number, run: (work: () => void) => void): void {
    const end = this.elapsed + milliseconds;
    for (;;) {
      const next = this.#timers.reduce<Timer | null>(
        (first, timer) => (timer.at <= end && (!first || timer.at < first.at) ? timer : first),
        null,
      );
      if (next === null) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.elapsed = Math.max(this.elapsed, next.at);
      run(next.work);
    }
    this.elapsed = end;
  }

  /** Drops all timers: their process has died. */
  clear(): void {
    this.#timers = [];
  }
}
