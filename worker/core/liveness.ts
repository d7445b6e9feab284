import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection } from './connection.ts';
import type { RoomHost } from './host.ts';

/** How long a connection whose place is wanted has to show that it lives, in milliseconds. */
const patience = 5000;

/**
 * Whether a connection that says nothing is still there. A network that vanishes closes nothing; the
 * client comes back on another connection while its old one seems open and owns its client id. So
 * the old one is asked, when and only when its place is wanted, and ended if it does not answer.
 */
export class Liveness {
  readonly #host: RoomHost;
  readonly #ask: (connection: Connection) => void;
  readonly #heardAt = new WeakMap<Connection, number>();
  readonly #challenged = new WeakSet<Connection>();

  /** `ask` sends something that every client answers. */
  constructor(host: RoomHost, ask: (connection: Connection) => void) {
    this.#host = host;
    this.#ask = ask;
  }

  heard(connection: Connection): void {
    this.#heardAt.set(connection, this.#host.now());
  }

  /** Ends the connection, and calls `gone`, unless it is heard of within a few seconds. */
  challenge(connection: Connection, gone: () => void): void {
    if (this.#challenged.has(connection)) return;
    this.#challenged.add(connection);
    const heardBefore = this.#heardAt.get(connection);
    this.#ask(connection);
    this.#host.after(patience, () => {
      this.#challenged.delete(connection);
      if (this.#heardAt.get(connection) !== heardBefore) return;
      connection.close(
        CloseCode.tryAgainLater,
        'No sign of life, and somebody else is in its place',
      );
      gone();
    });
  }
}
