import { accessLimits } from '../../protocol/access-limits.ts';
import { monotonicNow } from '../clock.ts';
import { tooManyRequests } from '../http/problem.ts';
import { networkOf } from './network.ts';

/** What is limited per client address and minute. */
export type RateLimitedAction = 'handshake' | 'creation' | 'failure';

/** Counts actions per address. The count may be approximate and local to one data center. */
export interface AddressRateLimiter {
  /** Counts one action; false if it is over the limit. */
  allow(action: RateLimitedAction, address: string): Promise<boolean>;
}

/** How long an address is blocked after too many failures, in milliseconds. */
const blockDuration = 60_000;
/** How long a rejected credential is remembered, in milliseconds. */
const recentDuration = 10 * 60_000;
const repeatedRefusalDelay = 5_000;
/**
 * The maximum number of counts in memory. Resetting one takes as many addresses within a minute, each of
 * which has an allowance of its own.
 */
const maxAddresses = 100_000;

/**
 * Limits what an address may do before it presents a valid credential. This protects documents from
 * being woken; keys and tokens are too long to be guessed. An unknown address (null) is not limited.
 * An address counts as its network: see {@link networkOf}.
 */
export class AbuseLimits {
  readonly #limiter: AddressRateLimiter;
  /** On the monotonic clock. */
  readonly #blockedUntil = new Map<string, number>();
  readonly #failed = new RecentTexts();
  readonly #refused = new RecentTexts();

  constructor(limiter: AddressRateLimiter) {
    this.#limiter = limiter;
  }

  /** Counts an action. Throws a Problem (429) over the limit. */
  async count(action: 'handshake' | 'creation', address: string | null): Promise<void> {
    if (!await this.allows(action, address)) throw tooManyRequests();
  }

  /** Counts an action; false over the limit. */
  async allows(action: 'handshake' | 'creation', address: string | null): Promise<boolean> {
    return address === null || await this.#limiter.allow(action, networkOf(address));
  }

  /**
   * Counts an invalid credential, and blocks the address over the limit. Counts each credential once: a
   * client that repeats one does not guess, and others at its address must not be blocked with it.
   */
  async countFailure(address: string | null, credential: string): Promise<void> {
    if (address === null || this.#failed.add(`${networkOf(address)} ${credential}`)) return;
    if (await this.#limiter.allow('failure', networkOf(address))) return;
    deleteOldest(this.#blockedUntil);
    this.#blockedUntil.set(networkOf(address), monotonicNow() + blockDuration);
  }

  /**
   * How long to wait before a WebSocket is refused, in milliseconds. Some stock clients connect again
   * at once after any close, several times a second.
   */
  refusalDelay(address: string | null, name: string, credential: string): number {
    const repeated = this.#refused.add(`${address && networkOf(address)} ${name} ${credential}`);
    return repeated ? repeatedRefusalDelay : 0;
  }

  /** Throws a Problem (429) for a blocked address. */
  assertNotBlocked(address: string | null): void {
    if (address === null) return;
    const network = networkOf(address);
    const until = this.#blockedUntil.get(network);
    if (until === undefined) return;
    if (until > monotonicNow()) throw tooManyRequests();
    this.#blockedUntil.delete(network);
  }
}

/** Texts of the last minutes. */
class RecentTexts {
  /** When each was last added, on the monotonic clock. */
  readonly #addedAt = new Map<string, number>();

  /** Adds a text. Returns whether it was added before, within {@link recentDuration}. */
  add(text: string): boolean {
    // The end of a long token is its signature.
    const key = text.slice(0, 64) + text.slice(64).slice(-64);
    const now = monotonicNow();
    const before = this.#addedAt.get(key);
    this.#addedAt.delete(key);
    deleteOldest(this.#addedAt);
    this.#addedAt.set(key, now);
    return before !== undefined && now - before < recentDuration;
  }
}

/** Counts in the memory of one process. */
export class MemoryAddressRateLimiter implements AddressRateLimiter {
  readonly #counts = new Map<string, number>();
  #minute = 0;

  allow(action: RateLimitedAction, address: string): Promise<boolean> {
    const minute = Math.floor(monotonicNow() / 60_000);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const key = `${action} ${address}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (count === 1) deleteOldest(this.#counts);
    this.#counts.set(key, count);
    return Promise.resolve(count <= maxPerMinute[action]);
  }
}

/** Makes room for one more entry. */
function deleteOldest(entries: Map<string, number>): void {
  if (entries.size < maxAddresses) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}

const maxPerMinute: Readonly<Record<RateLimitedAction, number>> = {
  handshake: accessLimits.handshakesPerMinute,
  creation: accessLimits.creationsPerMinute,
  failure: accessLimits.failuresPerMinute,
};
