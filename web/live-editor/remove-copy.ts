import { CloseCode } from '../../protocol/close-codes.ts';
import type { OfflineCopy } from '../provider/offline/offline-copy.ts';
import type { ProviderStatus } from '../provider/status.ts';

/**
 * Whether this person's access has ended: it was revoked, or the document was deleted. Not for a missing
 * document, which may be a mistake and is no reason to remove anything.
 */
export function hasAccessEnded(status: ProviderStatus): boolean {
  return status.state === 'refused' &&
    (status.code === CloseCode.forbidden || status.code === CloseCode.deleted);
}

/** Whether the service does not have the document, or no longer has it. */
export function isMissing(status: ProviderStatus): boolean {
  return status.state === 'refused' &&
    (status.code === CloseCode.notFound || status.code === CloseCode.deleted);
}

/** Whether this person cannot open the document. */
export function isUnavailable(status: ProviderStatus): boolean {
  return hasAccessEnded(status) || isMissing(status);
}

/**
 * Removes the document's copy from this device; `saved` keeps a copy with changes that were never sent.
 * A copy whose store does not respond stays.
 */
export async function removeCopy(offline: OfflineCopy, which: 'all' | 'saved'): Promise<void> {
  try {
    await offline.delete(which);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
