import { CloseCode } from '../../protocol/close-codes.ts';
import type { ProviderStatus } from '../provider/status.ts';

/**
 * Whether this person's access has ended: it was revoked, or the document was deleted. False for a
 * missing document: the address may be wrong, so nothing is removed from the device.
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
