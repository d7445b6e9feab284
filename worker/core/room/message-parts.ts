import { CloseCode } from '../../../protocol/close-codes.ts';
import { FrameAssembler } from '../../../protocol/message-parts.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';

/** A long frame of which some is here. */
interface Begun {
  readonly assembly: FrameAssembler;
  bytes: number;
  /** When its last part came. */
  movedAt: number;
}

/**
 * Long frames whose parts are coming in. They lie in memory, so a timer keeps the room awake until
 * they are whole: parts that came after a sleep would fit to nothing. Who lets too long pass between
 * two parts is ended. All together hold at most {@link limits.pendingPartBytes}; one who begins when
 * that is used up is asked to come back, unless somebody else has been idle for a moment.
 */
export class IncomingParts {
  readonly #host: RoomHost;
  readonly #end: (sender: Connection, reason: string) => void;
  readonly #begun = new Map<Connection, Begun>();
  #bytes = 0;
  #timerRuns = false;

  /** `end` closes a connection and, in time or at once, makes {@link forget} be called. */
  constructor(host: RoomHost, end: (sender: Connection, reason: string) => void) {
    this.#host = host;
    this.#end = end;
  }

  /** Takes a part; returns the frame with its last one, else null. Throws {@link ProtocolError}. */
  add(sender: Connection, part: Message & { type: 'part' }): Uint8Array | null {
    this.#makeRoom(sender, part.bytes.length);
    const begun = this.#begun.get(sender) ??
      { assembly: new FrameAssembler(limits.messageBytes), bytes: 0, movedAt: 0 };
    const whole = begun.assembly.add(part);
    if (whole) {
      this.forget(sender);
      return whole;
    }
    this.#begun.set(sender, begun);
    begun.movedAt = this.#host.now();
    begun.bytes += part.bytes.length + overhead;
    this.#bytes += part.bytes.length + overhead;
    this.#watch();
    return null;
  }

  /** The connection has ended, or its frame is whole. */
  forget(sender: Connection): void {
    this.#bytes -= this.#begun.get(sender)?.bytes ?? 0;
    this.#begun.delete(sender);
  }

  #makeRoom(sender: Connection, bytes: number): void {
    if (this.#bytes + bytes + overhead <= limits.pendingPartBytes) return;
    const now = this.#host.now();
    const idle = [...this.#begun].filter(([other, { movedAt }]) =>
      other !== sender && now - movedAt >= idleFor
    );
    for (const [other] of idle) this.#end(other, 'Others had parts to send: come back later');
    if (this.#bytes + bytes + overhead <= limits.pendingPartBytes) return;
    throw new ProtocolError(
      CloseCode.tryAgainLater,
      'Too many long frames at once: come back later',
    );
  }

  /** Looks from time to time for those who stopped half way, for as long as anything is half here. */
  #watch(): void {
    if (this.#timerRuns) return;
    this.#timerRuns = true;
    this.#host.after(idleFor, () => {
      this.#timerRuns = false;
      const now = this.#host.now();
      for (const [sender, { movedAt }] of [...this.#begun]) {
        const idle = now - movedAt;
        // A clock that was set back makes nobody wait for ever.
        if (idle >= limits.partTimeout || idle < 0) {
          this.#end(sender, 'The rest of a long frame did not come: send it again');
        }
      }
      if (this.#begun.size > 0) this.#watch();
    });
  }
}

/** Who has sent no part for so long gives way to others, in milliseconds. */
const idleFor = 5000;
/** What a part takes beside its bytes, roughly. */
const overhead = 256;
