import { workLimits } from '../../../protocol/limits.ts';
import { AddressWork } from './address-work.ts';
import { WorkBucket } from './work-bucket.ts';

/** A monotonic clock in milliseconds. */
interface MonotonicClock {
  monotonicNow(): number;
}

/** An operation was not started, because its document or its address has used up its work. */
export class OverloadError extends Error {}

/** The work of one document: what it costs, and which addresses caused it. */
export class DocumentWork {
  readonly #clock: MonotonicClock;
  readonly #addresses: AddressWork;
  readonly #bucket = new WorkBucket(workLimits.document);
  /** Pays for the operation that runs. */
  #payer: WorkAccount | null = null;

  /** `addresses` may be shared with other documents. */
  constructor(clock: MonotonicClock, addresses: AddressWork = new AddressWork()) {
    this.#clock = clock;
    this.#addresses = addresses;
  }

  /** The account of a client. `network` is null where its address is unknown. */
  accountOf(network: string | null): WorkAccount {
    return new WorkAccount(this.#bucket, network === null ? null : this.#addresses.of(network));
  }

  /** Runs a synchronous operation, whose work `network` pays for. */
  payFor<T>(network: string | null, operation: () => T): T {
    this.#payer = this.accountOf(network);
    try {
      return operation();
    } finally {
      this.#payer = null;
    }
  }

  /** Charges the operation that runs for its work, in units of `workLimits`. */
  charge(units: number): void {
    this.payer.charge(units, this.#clock.monotonicNow());
  }

  /** Pays for the operation that runs, also for work that it causes after a wait. */
  get payer(): WorkAccount {
    return this.#payer ?? this.accountOf(null);
  }

  /** Throws an {@link OverloadError} when the operation that runs must not start expensive work. */
  requireCapacity(): void {
    if (this.hasCapacity) return;
    throw new OverloadError('This document or this address causes too much work');
  }

  /** Whether the operation that runs may start expensive work. */
  get hasCapacity(): boolean {
    return this.payer.wait(this.#clock.monotonicNow()) === 0;
  }
}

/** The buckets that a client shares with others: that of its document and that of its address. */
export class WorkAccount {
  readonly #document: WorkBucket;
  readonly #address: WorkBucket | null;

  constructor(document: WorkBucket, address: WorkBucket | null) {
    this.#document = document;
    this.#address = address;
  }

  charge(units: number, now: number): void {
    this.#document.charge(units, now);
    this.#address?.charge(units, now);
  }

  /** Milliseconds until the address owes no more than a burst; 0 if it does not. */
  waitForAddress(now: number): number {
    return this.#address?.wait(-workLimits.address.burst, now) ?? 0;
  }

  /**
   * Milliseconds until the client may cause expensive work; 0 if it may. A document in debt does not
   * stop an address that has caused little work itself.
   */
  wait(now: number): number {
    const document = this.#document.wait(0, now);
    if (this.#address === null) return document;
    const address = this.#address.wait(0, now);
    return this.#address.isLow(now) ? Math.max(address, document) : address;
  }
}
