import { documentAddress } from '../../access/document-address.ts';
import { copyButton } from '../shared/dialog/copy-button.ts';
import { confirmAction } from '../shared/dialog/dialog.ts';
import { ownedDocument, removeOwned, restoreOwned } from '../shared/owned-documents.ts';
import {
  type RecentDocument,
  removeDocument,
  restoreDocument,
} from '../shared/recent-documents.ts';

/**
 * Removes a document from the list of this browser, and offers to undo that in `message`. An owner is
 * asked first, because the owner's key goes with it. Resolves to whether it was removed. `onUndo` is
 * called after it was put back.
 */
export async function removeFromList(
  entry: RecentDocument,
  message: HTMLElement,
  onUndo: () => void,
): Promise<boolean> {
  const { name } = entry;
  const title = entry.title || 'Untitled';
  const key = ownerKeyOf(entry);
  if (key !== null && !await confirmLoss(title, name, key)) return false;
  const owned = ownedDocument(name);
  removeDocument(name);
  removeOwned(name);
  const undo = document.createElement('button');
  undo.type = 'button';
  undo.className = 'button button-outlined';
  undo.textContent = 'Undo';
  undo.addEventListener('click', () => {
    restoreDocument(entry);
    if (owned) restoreOwned(name, owned);
    message.textContent = `“${title}” is back in the list.`;
    onUndo();
  });
  message.replaceChildren(`Removed “${title}” from this list. The document is not deleted.`, undo);
  undo.focus();
  return true;
}

function ownerKeyOf({ name, role, credential }: RecentDocument): string | null {
  return ownedDocument(name)?.key ?? (role === 'own' ? credential : null);
}

function confirmLoss(title: string, name: string, key: string): Promise<boolean> {
  const address = new URL(documentAddress(name, key), location.href).href;
  return confirmAction({
    heading: `Remove “${title}” from this list?`,
    text: 'You own this document, and this browser keeps your right to share and delete it. ' +
      'Copy the ownership link first, or you can lose that right. The document is not deleted.',
    action: 'Remove',
    details: copyButton('Copy ownership link', () => address),
  });
}
