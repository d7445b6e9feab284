import { expect, it } from 'vitest';
import { monotonicClock } from '../../../worker/core/monotonic-clock.ts';

it('counts time forward when the wall clock is set back', () => {
  let wallClock = 1_000_000;
  const now = monotonicClock(() => wallClock);
  expect(now()).toBe(0);
  wallClock += 50;
  expect(now()).toBe(50);
  wallClock -= 3_600_000;
  expect(now()).toBe(50);
  wallClock += 25;
  expect(now()).toBe(75);
});
