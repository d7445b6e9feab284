import { workLimits } from '../../../protocol/limits.ts';
import { WorkBucket } from './work-bucket.ts';

/**
 * The maximum number of buckets. A forgotten bucket starts full again; to have one forgotten takes as
 * many addresses, each of which has a bucket of its own.
 */
const maxAddresses = 100_000;

/** The bucket of each address that has caused work. */
export class AddressWork {
  /** Least recently used first. */
  readonly #buckets = new Map<string, WorkBucket>();

  /** `network`: an address, or the /64 network of an IPv6 address. */
  of(network: string): WorkBucket {
    const bucket = this.#buckets.get(network) ?? new WorkBucket(workLimits.address);
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
    if (this.#buckets.size > maxAddresses) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket;
  }
}
