import { CopyDeletedError } from './offline-store.ts';

/**
 * Why the copy on this device has failed, as a sentence for the user, without a full stop. An error that
 * does not come from the browser's storage is a bug: it is reported as an uncaught error as well.
 */
export function failureReason(error: unknown): string {
  if (error instanceof CopyDeletedError) return 'Another tab has deleted or recreated the copy';
  if (!(error instanceof DOMException)) {
    globalThis.reportError?.(error);
    return 'Storing has failed. Reload this page';
  }
  switch (error.name) {
    case 'QuotaExceededError':
      return 'There is no storage space left';
    case 'TimeoutError':
      return 'The browser’s storage does not open. Close other tabs of this site, then reload this page';
    case 'VersionError':
      return 'Another tab uses a newer version of this page. Reload this page';
    case 'SecurityError':
    case 'InvalidStateError':
    case 'NotSupportedError':
      // A private window, an embedded page, or storage switched off.
      return 'This browser does not allow the page to store anything';
    default:
      return `The browser’s storage has failed: ${error.message || error.name}`;
  }
}
