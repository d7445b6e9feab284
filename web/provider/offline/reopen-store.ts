import type { OfflineStore } from './offline-store.ts';

/** How often the database is opened again for one write, and the delay before, in milliseconds. */
const maxAttempts = 3;
const retryDelay = 500;

/** What browsers throw for a connection that they have lost: Safari does after a while in the background. */
const lostNames: ReadonlySet<string> = new Set(['UnknownError', 'InvalidStateError', 'AbortError']);

/** Whether a failed write may succeed after {@link reopenStore}. `attempts` were made before. */
export function canReopen(error: unknown, attempts: number): boolean {
  return error instanceof DOMException && lostNames.has(error.name) && attempts < maxAttempts;
}

/** Opens the database of a store again. Rejects with a `DOMException` if it does not open. */
export async function reopenStore(store: OfflineStore, attempts: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, retryDelay * attempts));
  await store.reopen();
}
