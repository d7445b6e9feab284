/** The longest first wait, and the shortest of all others, in milliseconds. */
const shortest = 500;
/** What the second wait may last, however short the first was. */
const second = 2_000;
const longest = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds. Chance spreads a thousand clients that
 * lost one service at once ("full jitter"): the first tries again within 0.5 s, the others after 0.5 s
 * or more. And no wait but the shortest is longer than the service has been `away`, in milliseconds:
 * after an outage of ten seconds all are back within ten. Never more than 30 s.
 *
 * `attempt` counts from 0; `random` is a number from 0 up to 1.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelay(attempt: number, away: number, random: number = Math.random()): number {
  if (attempt === 0) return shortest * random;
  const bound = Math.min(longest, Math.max(second, away));
  return shortest + (bound - shortest) * random;
}
