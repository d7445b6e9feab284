import { CloseCode } from '../../../../protocol/close-codes.ts';
import { hasAccessEnded, isUnavailable } from '../../../live-editor/access-ended.ts';
import { removeCopy } from '../../../live-editor/remove-copy.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import { credentialIn, viewAddress } from '../../../access/document-address.ts';
import { canRead } from '../../shared/call-service.ts';
import { element } from '../../shared/element.ts';
import { ownedDocument, removeOwned } from '../../shared/owned-documents.ts';
import { removeCredential } from '../../shared/recent-documents.ts';
import { showNotice } from '../dialog/notices.ts';
import type { DocumentPage } from '../document-page.ts';
import { accessDeniedText } from './access-denied-text.ts';

/**
 * Shows why the service accepts no more changes, and the next step. Once access has ended, removes
 * the copy on this device, unless it holds changes that were never sent.
 */
export async function showAccessDenied(
  { name, credential, offline, notice, editor }: DocumentPage,
  status: ProviderStatus & { readonly state: 'refused' },
): Promise<void> {
  const { code, reason } = status;
  // A reload loses nothing that is stored on this device.
  const isKept = editor() === null || offline.state.kind === 'stored';
  if (isKept && await isReplacedByAddress(name, credential)) {
    removeOwned(name);
    location.reload();
    return;
  }
  const isReadable = code === CloseCode.forbidden && await canRead(name, credential);
  const text = accessDeniedText({
    code,
    reason,
    hasCredential: credential !== null,
    hasText: editor() !== null,
    isReadable,
  });
  showNotice(notice, {
    ...text,
    link: isReadable
      ? { href: viewAddress(name, credential), text: 'Read the document' }
      : { href: '/', text: 'All documents' },
  });
  // The link no longer works, and this person cannot create another.
  if (isUnavailable(status)) element('share', HTMLButtonElement).hidden = true;
  if (!hasAccessEnded(status)) return;
  if (!isReadable) removeKeptCredential(name, credential);
  await removeCopy(offline, 'saved');
}

/**
 * Whether the owner's key that this browser keeps no longer opens the document, while the credential in
 * the address does.
 */
async function isReplacedByAddress(name: string, credential: string | null): Promise<boolean> {
  const inAddress = credentialIn(location.hash);
  return credential !== null && inAddress !== null && inAddress !== credential &&
    !await canRead(name, credential) && await canRead(name, inAddress);
}

/** After this a reload opens the document with the credential in the address, if it has one. */
function removeKeptCredential(name: string, credential: string | null): void {
  removeCredential(name, credential);
  if (ownedDocument(name)?.key === credential) removeOwned(name);
}
