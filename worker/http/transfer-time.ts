/** How long a body or message may pause while it arrives, in milliseconds. */
export const pauseTimeout = 20_000;
/** How long one may take, in milliseconds, and in addition per byte: 16 KiB a second. */
const baseTime = 30_000;
const msPerByte = 1 / 16;

/** The progress of what arrives from a client. */
interface Transfer {
  /** When it began, on the clock of `now`. */
  readonly startedAt: number;
  /** What has arrived. */
  readonly bytes: number;
}

/** Milliseconds until the rest must be here; negative when it is overdue. */
export function transferTimeLeft({ startedAt, bytes }: Transfer, now: number): number {
  return startedAt + baseTime + bytes * msPerByte - now;
}
