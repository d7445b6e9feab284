import { CloseCode } from '../../../../protocol/close-codes.ts';
import { canRead } from '../../../access/call-service.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import { removeCredential } from '../../shared/recent-documents.ts';
import type { DocumentPage } from '../menu/commands.ts';
import { element } from '../../shared/element.ts';
import { showNotice } from '../dialog/notice.ts';
import { isOver, isShut, removeCopy } from '../../../live-editor/remove-copy.ts';
import { accessDeniedText } from './access-denied-text.ts';

/**
 * Says why the service takes nothing more from this page, and leads on. What this device has of a
 * document that is not this person's any more goes, unless something in it was never sent.
 */
export async function showAccessDenied(
  { name, credential, viewAddress, offline, notice, editor }: DocumentPage,
  status: ProviderStatus & { readonly state: 'refused' },
): Promise<void> {
  const { code, reason } = status;
  const mayRead = code === CloseCode.forbidden && await canRead(name, credential);
  const words = accessDeniedText({
    code,
    reason,
    hasCredential: credential !== null,
    hasText: editor() !== null,
    mayRead,
  });
  showNotice(notice, {
    ...words,
    link: mayRead
      ? { href: viewAddress, text: 'Read the document' }
      : { href: '/', text: 'All documents' },
  });
  // The link leads nowhere, and nobody here can make another.
  if (isShut(status)) element('share', HTMLButtonElement).hidden = true;
  if (!isOver(status)) return;
  if (!mayRead) removeCredential(name, credential);
  await removeCopy(offline, 'saved');
}

/** The document holds what this editor would delete from everybody's: it can be read elsewhere. */
export function showUnsupportedDocument(
  notice: HTMLElement,
  what: string,
  viewAddress: string,
): void {
  showNotice(notice, {
    heading: 'This document can only be read here',
    text: `It holds something this editor does not know: ${what}. Editing it here would delete ` +
      'that for everybody, so it stays untouched.',
    link: { href: viewAddress, text: 'Read the document' },
  });
}
