import type { OfflineStore } from './offline-store.ts';

/** From this number of rows on, they are merged into one. */
export const maxRows = 500;

/** Null if the code cannot be loaded: the copy works without. */
export function lazyOffline(): Promise<typeof import('./lazy-offline.ts') | null> {
  return import('./lazy-offline.ts').catch(() => null);
}

/** Asks the browser not to delete the copy when space runs out. */
export async function persist(): Promise<void> {
  await (await lazyOffline())?.persistStorage();
}

/** Returns the number of rows after merging them, as far as the next merge is concerned. */
export async function merge(store: OfflineStore, name: string): Promise<number> {
  return await (await lazyOffline())?.mergeRows(store, name, maxRows) ?? 0;
}
