import { limits } from '../../../protocol/limits.ts';

/**
 * Token bucket of one session. Handling a message costs one token, and one more per
 * {@link limits.messageCostBytes} of it. The balance may go negative: one message may cost more than
 * the bucket holds, and those after it wait.
 *
 * It counts messages, bytes and steps, not time spent: a runtime's clock may be frozen during a turn,
 * and the cost per byte is bounded (`npm run bench -- validation`). Times are monotonic milliseconds.
 */
export class RateLimiter {
  #balance: number = limits.messageBurst;
  #refilledAt = -Infinity;
  /** Tokens still owed for full answers. Kept apart, so that opening a long document does not delay typing. */
  #debt = 0;
  #debtAt = -Infinity;

  /** The tokens that one message of this length costs. */
  static cost(bytes: number): number {
    return 1 + bytes / limits.messageCostBytes;
  }

  /** Pays for one message of this length. */
  spend(bytes: number, now: number): void {
    this.#refill(now);
    this.#balance -= RateLimiter.cost(bytes);
  }

  /** Charges for work that the length of a message does not show, in steps. */
  chargeWork(steps: number, now: number): void {
    this.#refill(now);
    this.#balance -= steps / limits.messageCostSteps;
  }

  /** Milliseconds until the bucket holds this many tokens; 0 if it does. */
  wait(tokens: number, now: number): number {
    this.#refill(now);
    return Math.max(0, Math.ceil((tokens - this.#balance) * 1000 / limits.messagesPerSecond));
  }

  /**
   * Whether the client may have another full answer. A request of four bytes may be answered with a
   * whole document, so the first answer is free and the next waits until its cost has been recovered.
   */
  allowsAnswer(now: number): boolean {
    return this.#debtNow(now) <= limits.messageBurst;
  }

  /** Charges for an answer of this length. */
  chargeAnswer(bytes: number, now: number): void {
    this.#debt = this.#debtNow(now) + bytes / limits.messageCostBytes;
    this.#debtAt = now;
  }

  #refill(now: number): void {
    const balance = this.#balance + tokensIn(now - this.#refilledAt);
    this.#balance = Math.min(limits.messageBurst, balance);
    this.#refilledAt = now;
  }

  #debtNow(now: number): number {
    return Math.max(0, this.#debt - tokensIn(now - this.#debtAt));
  }
}

/** The tokens that a number of milliseconds adds. */
function tokensIn(milliseconds: number): number {
  return milliseconds * limits.messagesPerSecond / 1000;
}
