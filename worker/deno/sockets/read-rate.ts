import { workLimits } from '../../../protocol/limits.ts';
import { WorkBucket } from '../../core/work/work-bucket.ts';

/** Pieces of what a client sends that take a unit of work (see `workLimits`), however small they are. */
const piecesPerUnit = 16;

/**
 * How fast the service reads from one client. A frame of a WebSocket or a chunk of a body takes time
 * also when it is empty, and no message may come of it. Times are monotonic milliseconds.
 */
export class ReadRate {
  readonly #own = new WorkBucket(workLimits.messages);
  readonly #address: WorkBucket | null;

  /** `address`: the bucket of the client's address; null where it has none. */
  constructor(address: WorkBucket | null) {
    this.#address = address;
  }

  /** So many frames or chunks were read. */
  charge(pieces: number, now: number): void {
    const units = pieces / piecesPerUnit;
    this.#own.charge(units, now);
    this.#address?.charge(units, now);
  }

  /**
   * Milliseconds to wait before reading more; 0 for none. A client that sends much also waits for its
   * address.
   */
  wait(now: number): number {
    const own = this.#own.wait(0, now);
    if (!this.#own.isLow(now)) return own;
    return Math.max(own, this.#address?.wait(0, now) ?? 0);
  }
}
