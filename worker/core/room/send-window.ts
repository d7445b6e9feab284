import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { ByteCount } from './room-memory.ts';

/** The reason for closing a client that does not read fast enough. */
export const behindReason = 'Too far behind. Reconnect to get the rest.';

/** A sync step 1 that the client has not answered yet. */
interface Probe {
  /** The bytes sent before it. */
  readonly sent: number;
  /** The length of the full answer that it ends; 0 for other probes. */
  readonly answerBytes: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/**
 * Flow control for one session: how much of what was sent the client has shown to have read.
 *
 * The platform buffers without limit for a client that does not read, and does not report how much. So
 * the room sends a sync step 1 now and then as a probe: every Yjs client answers it with a sync step 2,
 * after it has read everything sent before.
 *
 * Nothing of this is stored: no frame is in flight while the object hibernates.
 */
export class SendWindow {
  readonly #unreadAnswers: ByteCount;
  readonly #probes: Probe[] = [];
  #sent = 0;
  #confirmed = 0;
  #unsolicited = 0;

  /** `unreadAnswers` counts the full answers the client has not read. */
  constructor(unreadAnswers: ByteCount) {
    this.#unreadAnswers = unreadAnswers;
  }

  /** Bytes sent and not confirmed, without full answers. */
  get unconfirmedBytes(): number {
    return this.#sent - this.#confirmed;
  }

  /** Whether enough was sent since the last probe for another one. */
  get needsProbe(): boolean {
    const probed = this.#probes.at(-1)?.sent ?? this.#confirmed;
    return this.#sent - probed > limits.probeBytes;
  }

  get awaitsAnswer(): boolean {
    return this.#probes.length > 0;
  }

  /** Bytes of full answers that the client has not read. */
  get unreadAnswerBytes(): number {
    return this.#unreadAnswers.bytes;
  }

  /** When the oldest full answer that the client has not read was sent; null when there is none. */
  get oldestUnreadAnswerAt(): number | null {
    return this.#probes.find(({ answerBytes }) => answerBytes > 0)?.at ?? null;
  }

  countSent(bytes: number): void {
    this.#sent += bytes + frameOverhead;
  }

  /**
   * A probe was sent, at the end of a full answer of `answerBytes`. Full answers do not count as
   * unconfirmed: a client may take its time to read a long document.
   */
  probeSent(now: number, answerBytes = 0): void {
    this.#probes.push({ sent: this.#sent, answerBytes, at: now });
    this.#unreadAnswers.add(answerBytes);
  }

  /**
   * The client has sent a sync step 2. Throws {@link ProtocolError} when it sends too many without a
   * probe: they would fake read receipts. A few are accepted, because probes sent before a
   * hibernation are forgotten.
   */
  probeAnswered(): void {
    const probe = this.#probes.shift();
    if (probe) {
      this.#confirmed = probe.sent;
      this.#unreadAnswers.add(-probe.answerBytes);
    } else if (++this.#unsolicited > limits.unsolicitedAnswers) {
      throw new ProtocolError(
        CloseCode.forbiddenContent,
        'Received sync step 2 without a sync step 1, repeatedly',
      );
    }
  }

  clear(): void {
    this.#probes.length = 0;
    this.#unreadAnswers.clear();
  }
}

/** Approximate memory that a queued frame takes beside its bytes. */
const frameOverhead = 64;
