import { monotonicClock } from './core/monotonic-clock.ts';

/** A monotonic clock for the intervals of this isolate, in milliseconds. */
export const monotonicNow = monotonicClock(() => Date.now());
