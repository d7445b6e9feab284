import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../web/provider/transport/backoff.ts';
import { Random } from '../../support/random.ts';

/** When clients that lose the service at 0 try again, and how long after the outage they are back. */
function reconnect(clients: number, outage: number): { delays: number[]; attempts: number[] } {
  const random = new Random(7);
  const delays: number[] = [];
  const attempts: number[] = [];
  for (let client = 0; client < clients; client++) {
    let now = 0;
    for (let attempt = 0; now < outage; attempt++) {
      now += retryDelay(attempt, now, random.next());
      attempts.push(now);
    }
    delays.push(now - outage);
  }
  return { delays, attempts };
}

describe('[P7] reconnecting', () => {
  it.each([2_000, 5_000, 10_000, 30_000])(
    'takes at most as long as an outage of %i ms',
    (outage) => {
      expect(Math.max(...reconnect(1000, outage).delays)).toBeLessThanOrEqual(outage);
    },
  );

  it('takes at most 30 s after an hour', () => {
    const { delays } = reconnect(1000, 3_600_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    // Spread: no second of the 30 has more than three times its share.
    const seconds = Array.from(
      { length: 30 },
      (_, i) => delays.filter((time) => Math.floor(time / 1000) === i).length,
    );
    expect(Math.max(...seconds)).toBeLessThan(1000 / 30 * 3);
  });

  it('takes at most 0.5 s on the first attempt', () => {
    expect(retryDelay(0, 0, 0)).toBe(0);
    expect(retryDelay(0, 0, 1)).toBe(500);
    expect(retryDelay(0, 3_600_000, 1)).toBe(500);
  });

  it('makes few second attempts within the first second', () => {
    const { attempts } = reconnect(1000, 30_000);
    expect(attempts.filter((time) => time < 1000).length).toBeLessThan(1500);
    expect(retryDelay(1, 0, 0)).toBe(500);
  });

  it('takes at most 2 s on the second attempt after a short outage', () => {
    expect(retryDelay(1, 0, 1)).toBe(2_000);
  });
});
