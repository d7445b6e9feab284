import { accessLimits } from '../../protocol/access-limits.ts';
import { Problem } from '../http/problem.ts';

/** What is counted by address, per minute; the numbers stand in {@link accessLimits}. */
export type Counted = 'handshake' | 'creation' | 'failure';

/** Counts what addresses do; roughly, and in each place for itself, is good enough. */
export interface AddressRateLimiter {
  /** Counts one more; false where that is too many. */
  allow(what: Counted, address: string): Promise<boolean>;
}

/** How long an address that kept guessing is not listened to, in milliseconds. */
const deafFor = 60_000;
/** So many are remembered: memory is not theirs to fill. */
const mostRemembered = 10_000;

/**
 * What one address may do before it has proved anything. Nothing here protects secrets, which nobody
 * can guess: it keeps those who try from waking documents.
 */
export class AbuseLimits {
  readonly #limiter: AddressRateLimiter;
  readonly #deafUntil = new Map<string, number>();

  constructor(limiter: AddressRateLimiter) {
    this.#limiter = limiter;
  }

  /** Throws a Problem for one who does this too often. Who is not known is not counted. */
  async count(what: Exclude<Counted, 'failure'>, address: string | null): Promise<void> {
    if (!await this.allows(what, address)) throw tooMany();
  }

  /** The same for what can be left undone: false for one who does it too often. */
  async allows(what: Exclude<Counted, 'failure'>, address: string | null): Promise<boolean> {
    return address === null || await this.#limiter.allow(what, address);
  }

  /** A credential has opened nothing. */
  async failed(address: string | null): Promise<void> {
    if (address === null || await this.#limiter.allow('failure', address)) return;
    if (this.#deafUntil.size >= mostRemembered) this.#deafUntil.clear();
    this.#deafUntil.set(address, Date.now() + deafFor);
  }

  /** Throws a Problem for one whose credentials have opened nothing too often. */
  assertNotBlocked(address: string | null): void {
    const until = this.#deafUntil.get(address ?? '');
    if (until === undefined) return;
    if (until > Date.now()) throw tooMany();
    this.#deafUntil.delete(address ?? '');
  }
}

/** For one process: counts in memory, per minute. */
export class MemoryAddressRateLimiter implements AddressRateLimiter {
  readonly #counts = new Map<string, number>();
  #minute = 0;

  allow(what: Counted, address: string): Promise<boolean> {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute || this.#counts.size >= mostRemembered) this.#counts.clear();
    this.#minute = minute;
    const key = `${what} ${address}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return Promise.resolve(count <= mostPerMinute[what]);
  }
}

const mostPerMinute: Readonly<Record<Counted, number>> = {
  handshake: accessLimits.handshakesPerMinute,
  creation: accessLimits.creationsPerMinute,
  failure: accessLimits.failuresPerMinute,
};

function tooMany(): Problem {
  return new Problem(
    429,
    'too-many',
    'Too many at once',
    'Too much came from your address in a short time. Try again in a minute.',
    { 'retry-after': '60' },
  );
}
