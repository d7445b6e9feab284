import { CloseCode } from '../../protocol/close-codes.ts';
import type { OfflineCopy } from '../provider/offline/offline-copy.ts';
import type { ProviderStatus } from '../provider/status.ts';

/**
 * Whether this person is done with the document: access withdrawn, or all of it deleted. That there is
 * nothing at this address may be somebody's mistake, and is no reason to let anything go.
 */
export function isOver(status: ProviderStatus): boolean {
  return status.state === 'refused' &&
    (status.code === CloseCode.forbidden || status.code === CloseCode.deleted);
}

/** Whether there is no such document, any more or by a mistake. */
export function isGone(status: ProviderStatus): boolean {
  return status.state === 'refused' &&
    (status.code === CloseCode.notFound || status.code === CloseCode.deleted);
}

/** Whether nothing here opens this document. */
export function isShut(status: ProviderStatus): boolean {
  return isOver(status) || isGone(status);
}

/**
 * Removes what this device has of the document: with `saved` only if the service had all of it, so that
 * nothing is lost with it. Where the store does not answer, it stays.
 */
export async function removeCopy(offline: OfflineCopy, which: 'all' | 'saved'): Promise<void> {
  try {
    await offline.delete(which);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
