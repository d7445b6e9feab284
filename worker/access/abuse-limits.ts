import { accessLimits } from '../../protocol/access-limits.ts';
import { monotonicNow } from '../clock.ts';
import { tooManyRequests } from '../http/problem.ts';

/** What is limited per client address and minute. */
export type RateLimitedAction = 'handshake' | 'creation' | 'failure';

/** Counts actions per address. The count may be approximate and local to one place. */
export interface AddressRateLimiter {
  /** Counts one action; false if it is over the limit. */
  allow(action: RateLimitedAction, address: string): Promise<boolean>;
}

/** How long an address is blocked after too many failures, in milliseconds. */
const blockDuration = 60_000;
/** The maximum number of addresses in memory. */
const maxAddresses = 10_000;

/**
 * Limits what an address may do before it presents a valid credential. This protects documents from
 * being woken; keys and tokens are too long to be guessed. An unknown address (null) is not limited.
 */
export class AbuseLimits {
  readonly #limiter: AddressRateLimiter;
  /** On the monotonic clock. */
  readonly #blockedUntil = new Map<string, number>();

  constructor(limiter: AddressRateLimiter) {
    this.#limiter = limiter;
  }

  /** Counts an action. Throws a Problem (429) over the limit. */
  async count(action: 'handshake' | 'creation', address: string | null): Promise<void> {
    if (!await this.allows(action, address)) throw tooManyRequests();
  }

  /** Counts an action; false over the limit. */
  async allows(action: 'handshake' | 'creation', address: string | null): Promise<boolean> {
    return address === null || await this.#limiter.allow(action, address);
  }

  /** Counts an invalid credential, and blocks the address over the limit. */
  async countFailure(address: string | null): Promise<void> {
    if (address === null || await this.#limiter.allow('failure', address)) return;
    if (this.#blockedUntil.size >= maxAddresses) this.#blockedUntil.clear();
    this.#blockedUntil.set(address, monotonicNow() + blockDuration);
  }

  /** Throws a Problem (429) for a blocked address. */
  assertNotBlocked(address: string | null): void {
    if (address === null) return;
    const until = this.#blockedUntil.get(address);
    if (until === undefined) return;
    if (until > monotonicNow()) throw tooManyRequests();
    this.#blockedUntil.delete(address);
  }
}

/** Counts in the memory of one process. */
export class MemoryAddressRateLimiter implements AddressRateLimiter {
  readonly #counts = new Map<string, number>();
  #minute = 0;

  allow(action: RateLimitedAction, address: string): Promise<boolean> {
    const minute = Math.floor(monotonicNow() / 60_000);
    if (minute !== this.#minute || this.#counts.size >= maxAddresses) this.#counts.clear();
    this.#minute = minute;
    const key = `${action} ${address}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return Promise.resolve(count <= maxPerMinute[action]);
  }
}

const maxPerMinute: Readonly<Record<RateLimitedAction, number>> = {
  handshake: accessLimits.handshakesPerMinute,
  creation: accessLimits.creationsPerMinute,
  failure: accessLimits.failuresPerMinute,
};
