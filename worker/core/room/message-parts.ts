import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { FrameAssembler } from '../../../protocol/message-parts.ts';
import type { Message } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { RoomHost } from '../host.ts';
import { messageOverhead } from './room-memory.ts';
import type { Session, Sessions } from './session.ts';

/** A client that pauses this long between two parts is closed if another needs memory. Milliseconds. */
const idleTimeout = 5000;

/**
 * Reassembles long frames from their parts. Parts are kept in memory, so a timer keeps the object awake
 * until the frame is complete: parts that arrive after a hibernation would belong to nothing.
 *
 * All parts together take at most {@link limits.pendingPartBytes}. Beyond that, idle clients are closed
 * first, and then the client that sends.
 */
export class IncomingParts {
  readonly #sessions: Sessions;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow'>;
  #timerRuns = false;

  constructor(sessions: Sessions, host: Pick<RoomHost, 'after' | 'monotonicNow'>) {
    this.#sessions = sessions;
    this.#host = host;
  }

  /** Returns the frame when the part completes it, else null. Throws {@link ProtocolError}. */
  add(session: Session, part: Message & { type: 'part' }): Uint8Array | null {
    const bytes = part.bytes.length + messageOverhead;
    this.#reserve(session, bytes);
    const lastPartAt = this.#host.monotonicNow();
    session.incoming ??= { assembler: new FrameAssembler(limits.messageBytes), lastPartAt };
    const frame = session.incoming.assembler.add(part);
    if (frame) {
      session.incoming = null;
      session.incomingBytes.clear();
      return frame;
    }
    session.incoming.lastPartAt = lastPartAt;
    session.incomingBytes.add(bytes);
    this.#closeStalledLater();
    return null;
  }

  #reserve(session: Session, bytes: number): void {
    const fits = () => this.#sessions.memory.incoming.hasRoom(bytes);
    if (fits()) return;
    for (const idle of this.#idleFor(idleTimeout)) {
      if (idle === session) continue;
      idle.close(
        CloseCode.tryAgainLater,
        'Long message paused while others waited. Send it again.',
      );
    }
    if (fits()) return;
    throw new ProtocolError(
      CloseCode.tryAgainLater,
      'Too many long messages at once. Try again later.',
    );
  }

  #closeStalledLater(): void {
    if (this.#timerRuns) return;
    this.#timerRuns = true;
    this.#host.after(idleTimeout, () => {
      this.#timerRuns = false;
      for (const stalled of this.#idleFor(limits.partTimeout)) {
        stalled.close(CloseCode.tryAgainLater, 'Long message was not completed. Send it again.');
      }
      if (this.#sessions.memory.incoming.bytes > 0) this.#closeStalledLater();
    });
  }

  /** The sessions whose last part of an incomplete frame came at least this long ago. */
  #idleFor(milliseconds: number): Session[] {
    const now = this.#host.monotonicNow();
    return [...this.#sessions]
      .filter(({ incoming }) => incoming && now - incoming.lastPartAt >= milliseconds);
  }
}
