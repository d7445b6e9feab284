import { CopyDeletedError } from './offline-store.ts';

/**
 * Why nothing is kept on this device, as a sentence for the person who writes. Anything that is no
 * fault of the browser's store is one of ours: it is reported as an uncaught error besides.
 */
export function failureReason(error: unknown): string {
  if (error instanceof CopyDeletedError) return 'The copy was removed or begun anew in another tab';
  if (!(error instanceof DOMException)) {
    globalThis.reportError?.(error);
    return 'Keeping a copy has failed';
  }
  switch (error.name) {
    case 'QuotaExceededError':
      return 'There is no space left for it';
    case 'TimeoutError':
      return 'The browser’s store does not open: close other tabs of this site, then reload';
    case 'VersionError':
      return 'A newer version of this page keeps the copy: reload';
    case 'SecurityError':
    case 'InvalidStateError':
    case 'NotSupportedError':
      // A private window, an embedded page, or storage switched off.
      return 'This browser does not let the page keep anything';
    default:
      return `The browser’s store has failed: ${error.message || error.name}`;
  }
}
