import { CloseCode } from '../../../../protocol/close-codes.ts';
import { hasAccessEnded, isUnavailable } from '../../../live-editor/access-ended.ts';
import { removeCopy } from '../../../live-editor/remove-copy.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import { canRead } from '../../shared/call-service.ts';
import { element } from '../../shared/element.ts';
import { removeCredential } from '../../shared/recent-documents.ts';
import { showNotice } from '../dialog/notices.ts';
import type { DocumentPage } from '../document-page.ts';
import { accessDeniedText } from './access-denied-text.ts';

/**
 * Shows why the service accepts no more changes, and the next step. Once access has ended, removes
 * the copy on this device, unless it holds changes that were never sent.
 */
export async function showAccessDenied(
  { name, credential, viewAddress, offline, notice, editor }: DocumentPage,
  status: ProviderStatus & { readonly state: 'refused' },
): Promise<void> {
  const { code, reason } = status;
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
      ? { href: viewAddress, text: 'Read the document' }
      : { href: '/', text: 'All documents' },
  });
  // The link no longer works, and this person cannot create another.
  if (isUnavailable(status)) element('share', HTMLButtonElement).hidden = true;
  if (!hasAccessEnded(status)) return;
  if (!isReadable) removeCredential(name, credential);
  await removeCopy(offline, 'saved');
}
