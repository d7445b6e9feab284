import { documentPath } from '../../../access/document-address.ts';
import { callService } from '../../shared/call-service.ts';
import { removeOwned } from '../../shared/owned-documents.ts';
import { removeDocument } from '../../shared/recent-documents.ts';
import { removeCopy } from '../../../live-editor/remove-copy.ts';
import { shownTitle } from '../bar/page-title.ts';
import { untitled } from '../bar/title.ts';
import { confirmAction } from '../../shared/dialog/dialog.ts';
import type { DocumentPage } from '../document-page.ts';

/**
 * Deletes the document for everyone after a confirmation, and opens the home page. Throws a
 * `ServiceError` when the service refuses; the document is unchanged then.
 */
export async function deleteDocument(page: DocumentPage): Promise<void> {
  const { name, credential, provider, offline } = page;
  const isConfirmed = await confirmAction({
    heading: `Delete “${shownTitle(page) || untitled}”?`,
    text: 'This deletes the document for everyone, with its history and all its links. ' +
      'You cannot undo this.',
    action: 'Delete for everyone',
  });
  if (!isConfirmed) return;
  // The service disconnects all pages of the document; this one must not show that as an error.
  const muted = new AbortController();
  const options = { capture: true, signal: muted.signal };
  provider.addEventListener('status', (event) => event.stopImmediatePropagation(), options);
  try {
    await callService({ method: 'DELETE', path: documentPath(name), credential });
  } catch (error) {
    muted.abort();
    provider.dispatchEvent(new Event('status'));
    throw error;
  }
  provider.destroy();
  removeDocument(name);
  removeOwned(name);
  await removeCopy(offline, 'all');
  location.replace('/');
}
