import { digestOf } from '../../../protocol/digest.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import type { RoomHost } from '../host.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { Broadcast } from './broadcast.ts';
import type { Session, Sessions } from './session.ts';

/** Average rate of hashing encoded states. At about 50 ns a byte this is at most a fifth of the time. */
const bytesPerMillisecond = 4096;

/**
 * Answers clients that compare their state with the log's, with a digest per version.
 *
 * The cost of a digest grows with the deletions of a document. Therefore the digest of a version is
 * shared, and a new version gets its digest after a pause, for all clients that asked in the meantime.
 */
export class DigestResponder {
  readonly #log: UpdateLog;
  readonly #sessions: Sessions;
  readonly #broadcast: Broadcast;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow'>;
  #last: { readonly version: number; readonly digest: Uint8Array } | null = null;
  /** No digest is computed before this time, in monotonic milliseconds. */
  #pausedUntil = -Infinity;
  #timerRuns = false;

  constructor(
    log: UpdateLog,
    sessions: Sessions,
    broadcast: Broadcast,
    host: Pick<RoomHost, 'after' | 'monotonicNow'>,
  ) {
    this.#log = log;
    this.#sessions = sessions;
    this.#broadcast = broadcast;
    this.#host = host;
  }

  /** Answers now or after the pause. Requests of one client that wait together get one answer. */
  answer(session: Session): void {
    const pause = this.#pausedUntil - this.#host.monotonicNow();
    if (this.#last?.version === this.#log.version || (pause <= 0 && !this.#timerRuns)) {
      this.#send(session);
      return;
    }
    session.awaitsDigest = true;
    if (this.#timerRuns) return;
    this.#timerRuns = true;
    this.#host.after(Math.max(0, pause), () => {
      this.#timerRuns = false;
      for (const waiting of [...this.#sessions].filter(({ awaitsDigest }) => awaitsDigest)) {
        waiting.awaitsDigest = false;
        this.#send(waiting);
      }
    });
  }

  #send(session: Session): void {
    // The client must have every pending update before it compares.
    this.#broadcast.flush();
    session.send(encodeMessage({ type: 'digest', digest: this.#digest() }));
  }

  #digest(): Uint8Array {
    const { version, state } = this.#log;
    if (this.#last?.version !== version) {
      const snapshot = state.encodeSnapshot();
      this.#last = { version, digest: digestOf(snapshot) };
      this.#pausedUntil = this.#host.monotonicNow() + snapshot.length / bytesPerMillisecond;
    }
    return this.#last.digest;
  }
}
