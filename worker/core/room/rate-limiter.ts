import { workLimits } from '../../../protocol/limits.ts';
import type { WorkAccount } from '../work/document-work.ts';
import { WorkBucket } from '../work/work-bucket.ts';

/**
 * The work of one session: its own buckets, for messages and for full answers, and those it shares with
 * its document and its address. Units are those of `workLimits`, times monotonic milliseconds.
 */
export class RateLimiter {
  readonly #messages = new WorkBucket(workLimits.messages);
  readonly #answers = new WorkBucket(workLimits.answers);
  readonly #shared: WorkAccount;

  constructor(shared: WorkAccount) {
    this.#shared = shared;
  }

  /** Charges for handling messages. */
  charge(units: number, now: number): void {
    this.#messages.charge(units, now);
    this.#shared.charge(units, now);
  }

  /**
   * Milliseconds until messages of this many units may be handled; 0 if they may. A session that sends
   * much also waits for the document and the address. Every session waits for an address that is deep
   * in debt: many sessions that send moderately cause it as well.
   */
  wait(units: number, now: number): number {
    const own = this.#messages.wait(units, now);
    const shared = this.#messages.isLow(now)
      ? this.#shared.wait(now)
      : this.#shared.waitForAddress(now);
    return Math.max(own, shared);
  }

  /**
   * Whether the client may have another full answer. A request of four bytes may be answered with a
   * whole document, so the first answer is free and the next waits until its cost has been recovered.
   */
  allowsAnswer(now: number): boolean {
    return this.#answers.wait(0, now) === 0 && this.#shared.wait(now) === 0;
  }

  /** Charges for a full answer. */
  chargeAnswer(units: number, now: number): void {
    this.#answers.charge(units, now);
    this.#shared.charge(units, now);
  }
}
