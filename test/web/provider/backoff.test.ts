import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../web/provider/transport/backoff.ts';
import { Random } from '../../support/random.ts';

/** When clients that lost a service at 0 are back, where it is away for so long: milliseconds. */
function returns(clients: number, outage: number): { returned: number[]; attempts: number[] } {
  const random = new Random(7);
  const returned: number[] = [];
  const attempts: number[] = [];
  for (let client = 0; client < clients; client++) {
    let now = 0;
    for (let attempt = 0; now < outage; attempt++) {
      now += retryDelay(attempt, now, random.next());
      attempts.push(now);
    }
    returned.push(now - outage);
  }
  return { returned, attempts };
}

describe('[P7] coming back', () => {
  it.each([2_000, 5_000, 10_000, 30_000])('after %i ms all are back within as long', (outage) => {
    expect(Math.max(...returns(1000, outage).returned)).toBeLessThanOrEqual(outage);
  });

  it('after an hour all are back within 30 s', () => {
    const { returned } = returns(1000, 3_600_000);
    expect(Math.max(...returned)).toBeLessThanOrEqual(30_000);
    // Spread, not in step: no second of the 30 has more than three times its share.
    const seconds = Array.from(
      { length: 30 },
      (_, i) => returned.filter((time) => Math.floor(time / 1000) === i).length,
    );
    expect(Math.max(...seconds)).toBeLessThan(1000 / 30 * 3);
  });

  it('a moment away is a moment lost', () => {
    expect(retryDelay(0, 0, 0)).toBe(0);
    expect(retryDelay(0, 0, 1)).toBe(500);
    expect(retryDelay(0, 3_600_000, 1)).toBe(500);
  });

  it('in the first second few try twice', () => {
    const { attempts } = returns(1000, 30_000);
    expect(attempts.filter((time) => time < 1000).length).toBeLessThan(1500);
    expect(retryDelay(1, 0, 0)).toBe(500);
  });

  it('a clock that was set back changes nothing', () => {
    expect(retryDelay(1, -3_600_000, 1)).toBe(2_000);
  });
});
