interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** Time that stands still until it is moved. Timers run by a time that only grows, as on a real host. */
export class Clock {
  /** Milliseconds since the world began. */
  elapsed = 0;
  /** How far the wall clock has been set forward, or back. */
  skew = 0;
  #timers: Timer[] = [];

  /** What the wall clock says. */
  get now(): number {
    return 1_700_000_000_000 + this.elapsed + this.skew;
  }

  get waiting(): number {
    return this.#timers.length;
  }

  after(milliseconds: number, work: () => void): void {
    this.#timers.push({ at: this.elapsed + milliseconds, work });
  }

  /** Moves on and hands over, in their order, what falls due on the way. */
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

  /** The process that waited for them is gone. */
  forget(): void {
    this.#timers = [];
  }
}
