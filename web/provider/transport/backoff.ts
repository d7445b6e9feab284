/** The first delay is at most this long, and every later one at least, in milliseconds. */
const shortDelay = 500;
/** A later delay is at most as long as the outage so far, within these bounds, in milliseconds. */
const minBound = 2_000;
const maxBound = 30_000;

/**
 * The delay before the next connection attempt, in milliseconds. Full jitter spreads the clients that
 * have lost a service at the same time. The first attempt follows within 0.5 s; every other delay is
 * between 0.5 s and the length of the outage so far, which counts as 2 s at least and 30 s at most.
 * After an outage of ten seconds, every client is back within ten.
 *
 * `attempt` counts from 0; `outage` is in milliseconds; `random` is a number from 0 up to 1.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelay(
  attempt: number,
  outage: number,
  random: number = Math.random(),
): number {
  if (attempt === 0) return shortDelay * random;
  const bound = Math.min(maxBound, Math.max(minBound, outage));
  return shortDelay + (bound - shortDelay) * random;
}
