/** Calls back once the browser is idle, and after `timeout` milliseconds at the latest. */
export function whenIdle(work: () => void, timeout: number): void {
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout });
  else setTimeout(work, Math.min(timeout, 300));
}
