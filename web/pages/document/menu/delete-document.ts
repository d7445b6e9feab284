import { callService } from '../../../access/call-service.ts';
import { documentPath } from '../../../access/document-address.ts';
import { removeDocument } from '../../shared/recent-documents.ts';
import { confirmAction } from '../dialog/confirm.ts';
import type { DocumentPage } from './commands.ts';
import { removeCopy } from '../../../live-editor/remove-copy.ts';
import { untitled } from '../bar/title.ts';

/**
 * Deletes the document for everybody, once the person has confirmed it, and leaves for the home page.
 * Throws a `ServiceError` where the service refuses; then nothing has changed.
 */
export async function deleteDocument(
  { name, credential, provider, offline, title }: DocumentPage,
): Promise<void> {
  const isMeant = await confirmAction({
    heading: `Delete “${title() || untitled}”?`,
    text: 'It goes for everybody, with its history and all links to it. This cannot be undone.',
    act: 'Delete for everybody',
  });
  if (!isMeant) return;
  // What the service tells every page of the document is no news to this one.
  const unheard = new AbortController();
  const options = { capture: true, signal: unheard.signal };
  provider.addEventListener('status', (event) => event.stopImmediatePropagation(), options);
  try {
    await callService({ method: 'DELETE', path: documentPath(name), credential });
  } catch (error) {
    unheard.abort();
    provider.dispatchEvent(new Event('status'));
    throw error;
  }
  provider.destroy();
  removeDocument(name);
  await removeCopy(offline, 'all');
  location.replace('/');
}
