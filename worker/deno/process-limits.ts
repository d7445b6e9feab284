import { RoomMemory } from '../core/room/room-memory.ts';
import { AddressWork } from '../core/work/address-work.ts';
import type { Budgets } from './metrics.ts';
import { UnsentBytes } from './sockets/unsent-bytes.ts';

/** What all documents of the process share. */
export class ProcessLimits {
  readonly addressWork = new AddressWork();
  readonly memory = RoomMemory.ofProcess();
  readonly unsent = new UnsentBytes();

  budgets(): Budgets {
    const { queued, incoming, unreadAnswers, sessions } = this.memory;
    return {
      queued_bytes: { used: queued.bytes, limit: queued.limit },
      part_bytes: { used: incoming.bytes, limit: incoming.limit },
      sync_answer_bytes: { used: unreadAnswers.bytes, limit: unreadAnswers.limit },
      session_bytes: { used: sessions.bytes, limit: sessions.limit },
      unsent_bytes: { used: this.unsent.used, limit: this.unsent.limit },
    };
  }
}
