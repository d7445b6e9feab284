/** What the copy on this device needs in rare cases. Loaded on demand, as one chunk. */
export { deleteCopy } from './delete-copy.ts';
export { mergeRows } from './merge-rows.ts';
export { failureReason } from './offline-failure.ts';
export { persistStorage } from './persist-storage.ts';
export { canReopen, reopenStore } from './reopen-store.ts';
