const shortest = 500;
const longest = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: anything up to a bound that doubles
 * from 0.5 s to 30 s ("full jitter"), so that a thousand clients that lost one server do not come
 * back in step. `attempt` counts from 0; `random` is a number from 0 up to 1.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelay(attempt: number, random: number = Math.random()): number {
  return Math.min(longest, shortest * 2 ** attempt) * random;
}
