import { limits } from '../../../protocol/limits.ts';
import type { Connection } from '../connection.ts';

/**
 * How fast each connection may make the service work. A connection saves up an allowance while it is
 * quiet and spends it by the message and by the byte; one that has spent it all is served later, in
 * order, and the others meanwhile. A single message may cost more than was saved: those after it wait.
 *
 * Counted in messages and bytes, not in time: a runtime's clock may stand still within a turn, and
 * what a byte costs at most is known (`npm run bench -- validation`).
 */
export class RateLimiter {
  readonly #accounts = new WeakMap<Connection, { saved: number; at: number }>();
  /** What is not paid off yet of the answers given, apart: who opens a book may write in it at once. */
  readonly #debts = new WeakMap<Connection, { owed: number; at: number }>();

  /** What handling this many bytes in one message costs, in messages. */
  static cost(bytes: number): number {
    return 1 + bytes / limits.messageCostBytes;
  }

  /** Spends what a message of this length costs. */
  spend(connection: Connection, bytes: number, now: number): void {
    this.#accountOf(connection, now).saved -= RateLimiter.cost(bytes);
  }

  /** In how many milliseconds what is saved will have covered this cost, and earlier debts. */
  wait(connection: Connection, cost: number, now: number): number {
    const { saved } = this.#accountOf(connection, now);
    return Math.max(0, Math.ceil((cost - saved) * 1000 / limits.messagesPerSecond));
  }

  #accountOf(connection: Connection, now: number): { saved: number } {
    const account = this.#accounts.get(connection) ?? { saved: limits.messageBurst, at: now };
    this.#accounts.set(connection, account);
    // A clock that was set back earns nothing.
    const earned = Math.max(0, now - account.at) * limits.messagesPerSecond / 1000;
    account.saved = Math.min(limits.messageBurst, account.saved + earned);
    account.at = now;
    return account;
  }

  /**
   * Whether a connection may have one more answer. A question of four bytes may be answered by a
   * book: the first is free, however long, and the next waits until it is paid off.
   */
  mayAsk(connection: Connection, now: number): boolean {
    return this.#owed(connection, now) <= limits.messageBurst;
  }

  /** An answer of this length was given. */
  answered(connection: Connection, bytes: number, now: number): void {
    const owed = this.#owed(connection, now) + bytes / limits.messageCostBytes;
    this.#debts.set(connection, { owed, at: now });
  }

  #owed(connection: Connection, now: number): number {
    const { owed, at } = this.#debts.get(connection) ?? { owed: 0, at: now };
    return Math.max(0, owed - Math.max(0, now - at) * limits.messagesPerSecond / 1000);
  }
}
