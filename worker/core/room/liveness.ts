import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';

/** How long a connection whose place is wanted has to show that it lives, in milliseconds. */
const patience = 5000;

export interface LivenessEvents {
  /** Sends something that every client answers. */
  ask(connection: Connection): void;
  /** The connection does not answer, and must go. */
  died(connection: Connection): void;
  /** It is known now whether the place this newcomer wanted is free. */
  settled(newcomer: Connection, outcome: 'free' | 'taken'): void;
}

/**
 * Whether a connection that says nothing is still there. A network that vanishes closes nothing; the
 * client comes back on another connection while its old one seems open and owns its client id. So
 * the old one is asked, when and only when its place is wanted, and ended if it does not answer.
 */
export class Liveness {
  readonly #host: RoomHost;
  readonly #events: LivenessEvents;
  /** Counts the messages of each connection. */
  readonly #heard = new WeakMap<Connection, number>();
  /** Who waits for the place of whom. */
  readonly #challenged = new Map<Connection, Set<Connection>>();

  constructor(host: RoomHost, events: LivenessEvents) {
    this.#host = host;
    this.#events = events;
  }

  heard(connection: Connection): void {
    this.#heard.set(connection, (this.#heard.get(connection) ?? 0) + 1);
  }

  /** The newcomer wants a place this connection has. */
  challenge(connection: Connection, newcomer: Connection): void {
    const waiting = this.#challenged.get(connection);
    if (waiting) {
      waiting.add(newcomer);
      return;
    }
    this.#challenged.set(connection, new Set([newcomer]));
    const before = this.#heard.get(connection);
    this.#events.ask(connection);
    this.#host.after(patience + (connection.restsFor ?? 0), () => {
      if (!this.#challenged.has(connection)) return;
      if (this.#heard.get(connection) === before) this.#events.died(connection);
      else this.#settle(connection, 'taken');
    });
  }

  /** A connection has ended: whoever waits for its place may have it. */
  ended(connection: Connection): void {
    this.#settle(connection, 'free');
  }

  #settle(connection: Connection, outcome: 'free' | 'taken'): void {
    const waiting = this.#challenged.get(connection) ?? [];
    this.#challenged.delete(connection);
    for (const newcomer of waiting) this.#events.settled(newcomer, outcome);
  }
}
