import { digestOf } from '../../../protocol/digest.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import type { UpdateLog } from '../log/update-log.ts';

/**
 * Digests of what the log holds, for clients that compare. One for each version that is asked for, so
 * a hundred clients cost one hash; and as one is as long in the making as the deletions of a document
 * are many, a client that writes and compares in turn gets the next one a moment later, with all
 * others who ask meanwhile.
 */
export class DigestResponder {
  readonly #log: UpdateLog;
  readonly #host: RoomHost;
  readonly #answer: (client: Connection, digest: Uint8Array) => void;
  #last: { readonly version: number; readonly digest: Uint8Array } | null = null;
  /** When the last one was made, and how long after it no other is, in milliseconds. */
  #madeAt = 0;
  #pause = 0;
  readonly #waiting = new Set<Connection>();

  /** `answer` sends a digest, after everything else the client has to be sent. */
  constructor(
    log: UpdateLog,
    host: RoomHost,
    answer: (client: Connection, digest: Uint8Array) => void,
  ) {
    this.#log = log;
    this.#host = host;
    this.#answer = answer;
  }

  /** Answers at once or in a moment; several questions that wait together get one answer. */
  ask(client: Connection): void {
    const passed = this.#host.now() - this.#madeAt;
    // A clock that was set back makes nobody wait.
    const mayMake = passed >= this.#pause || passed < 0;
    if (this.#last?.version === this.#log.version || (mayMake && this.#waiting.size === 0)) {
      this.#answer(client, this.#digest());
      return;
    }
    this.#waiting.add(client);
    if (this.#waiting.size > 1) return;
    this.#host.after(Math.max(0, this.#pause - passed), () => {
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const one of waiting) this.#answer(one, this.#digest());
    });
  }

  /** The connection has ended. */
  forget(client: Connection): void {
    this.#waiting.delete(client);
  }

  #digest(): Uint8Array {
    const { version, state } = this.#log;
    if (this.#last?.version !== version) {
      const snapshot = state.encodeSnapshot();
      this.#last = { version, digest: digestOf(snapshot) };
      this.#madeAt = this.#host.now();
      this.#pause = snapshot.length / bytesPerMillisecond;
    }
    return this.#last.digest;
  }
}

/** Of snapshots, on average: at some 50 ns a byte this is a fifth of the time. */
const bytesPerMillisecond = 4096;
