/** How much work a {@link WorkBucket} allows, in units of `workLimits`. */
interface WorkRate {
  /** Units at once. */
  readonly burst: number;
  /** Units per second after that. */
  readonly perSecond: number;
}

/**
 * A token bucket of work: the one rate limiter of connections, addresses and documents. The balance may
 * go negative, because the amount of work is often not known before it is done. What comes next then
 * waits. Times are monotonic milliseconds.
 */
export class WorkBucket {
  readonly #rate: WorkRate;
  #balance: number;
  #refilledAt = -Infinity;

  constructor(rate: WorkRate) {
    this.#rate = rate;
    this.#balance = rate.burst;
  }

  charge(units: number, now: number): void {
    this.#refill(now);
    this.#balance -= units;
  }

  /** Milliseconds until the bucket holds this many units; 0 if it does. */
  wait(units: number, now: number): number {
    this.#refill(now);
    return Math.max(0, Math.ceil((units - this.#balance) * 1000 / this.#rate.perSecond));
  }

  /** Whether less than half of the burst is left. */
  isLow(now: number): boolean {
    this.#refill(now);
    return this.#balance < this.#rate.burst / 2;
  }

  #refill(now: number): void {
    const added = (now - this.#refilledAt) * this.#rate.perSecond / 1000;
    this.#balance = Math.min(this.#rate.burst, this.#balance + added);
    this.#refilledAt = now;
  }
}
