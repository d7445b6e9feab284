import { limits } from '../../protocol/limits.ts';
import type { Connection } from './connection.ts';

/**
 * How fast each connection may make the service work. A connection saves up an allowance while it is
 * quiet and spends it by the message and by the byte; one that has spent it all is served later, in
 * order, and the others meanwhile.
 */
export class Allowance {
  readonly #accounts = new WeakMap<Connection, { saved: number; at: number }>();
  /** What is not paid off yet of the answers given, apart: who opens a book may write in it at once. */
  readonly #debts = new WeakMap<Connection, { owed: number; at: number }>();

  /**
   * Spends what a message of this length costs; returns for how many milliseconds it has to wait
   * before it is handled. Zero nearly always.
   */
  spend(connection: Connection, bytes: number, now: number): number {
    const account = this.#accounts.get(connection) ?? { saved: limits.messageBurst, at: now };
    this.#accounts.set(connection, account);
    const perMillisecond = limits.messagesPerSecond / 1000;
    // A clock that was set back earns nothing.
    const earned = Math.max(0, now - account.at) * perMillisecond;
    account.saved = Math.min(limits.messageBurst, account.saved + earned);
    account.at = now;
    account.saved -= 1 + bytes / limits.messageCostBytes;
    return account.saved >= 0 ? 0 : Math.ceil(-account.saved / perMillisecond);
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
