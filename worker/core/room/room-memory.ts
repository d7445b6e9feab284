import { limits, workLimits } from '../../../protocol/limits.ts';

/** Approximate memory that a message takes beside its bytes while it is held, in bytes. */
export const messageOverhead = 256;

/** Counts bytes held in memory: for one session, for its room, and for the process. */
export class ByteCount {
  readonly limit: number;
  readonly #total: ByteCount | null;
  #bytes = 0;

  /** `total` counts the same bytes together with those of others. */
  constructor(total: ByteCount | null = null, limit = Infinity) {
    this.#total = total;
    this.limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether this count and those above it remain within their limits with so many bytes more. */
  hasRoom(bytes = 0): boolean {
    return this.#bytes + bytes <= this.limit && (this.#total?.hasRoom(bytes) ?? true);
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#total?.add(bytes);
  }

  clear(): void {
    this.add(-this.#bytes);
  }
}

/** The process of a host may hold so many times what one document may. */
const documentsPerProcess = 4;

/** What clients hold in memory: those of one document, or of all documents of a process. */
export class RoomMemory {
  /** Messages that wait to be handled. */
  readonly queued: ByteCount;
  /** Full answers that clients have not read. */
  readonly unreadAnswers: ByteCount;
  /** Parts of incomplete frames. */
  readonly incoming: ByteCount;
  /** Sessions of HTTP clients, and what waits for their next requests. */
  readonly sessions: ByteCount;

  private constructor(total: RoomMemory | null, factor: number) {
    this.queued = new ByteCount(total?.queued, factor * limits.queuedBytes);
    this.unreadAnswers = new ByteCount(total?.unreadAnswers, factor * limits.unreadAnswerBytes);
    this.incoming = new ByteCount(total?.incoming, factor * limits.pendingPartBytes);
    this.sessions = new ByteCount(total?.sessions, factor * workLimits.sessionBytes);
  }

  static ofProcess(): RoomMemory {
    return new RoomMemory(null, documentsPerProcess);
  }

  /** `process`: null for a host that has one document. */
  static ofDocument(process: RoomMemory | null): RoomMemory {
    return new RoomMemory(process, 1);
  }
}
