import type { RoomHost } from '../host.ts';
import type { Session } from './session.ts';

/** How long after an update could not be stored one client is asked for it again, in milliseconds. */
export const storageRetryInterval = 5_000;

/**
 * The clients whose changes could not be stored. They keep them, and are asked again: one at a time
 * while the database cannot write, and all as soon as it can.
 */
export class StorageRetry {
  readonly #host: Pick<RoomHost, 'after'>;
  /** The one to ask next is first. */
  readonly #waiting = new Set<Session>();
  #timerRuns = false;

  constructor(host: Pick<RoomHost, 'after'>) {
    this.#host = host;
  }

  /** An update of this client could not be stored. */
  add(session: Session): void {
    this.#waiting.add(session);
    this.#askLater();
  }

  /** An update was stored. */
  succeeded(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const session of waiting) ask(session);
  }

  #askLater(): void {
    if (this.#timerRuns) return;
    this.#timerRuns = true;
    this.#host.after(storageRetryInterval, () => {
      this.#timerRuns = false;
      const [next] = this.#waiting;
      if (!next) return;
      this.#waiting.delete(next);
      ask(next);
      if (this.#waiting.size > 0) this.#askLater();
    });
  }
}

function ask(session: Session): void {
  if (!session.hasEnded) session.probe();
}
