import { documentAddress } from '../../../access/document-address.ts';
import { tokenIdentity } from '../../../access/token-claims.ts';
import { openDialog } from '../../shared/dialog/dialog.ts';
import type { DocumentPage } from '../document-page.ts';
import { entriesOf, peopleIn } from '../people/person-entry.ts';
import { AllowedSites } from './allowed-sites.ts';
import { copyField } from './copy-field.ts';
import { DocumentKeys } from './document-keys.ts';
import { LinkList } from './link-list.ts';
import { newLinkForm } from './new-link-form.ts';
import { ownershipSection } from './ownership.ts';
import { keepLink } from '../owner-key.ts';

/**
 * Opens the share dialog. Owners create, label and revoke links, choose the sites that may embed the
 * document and copy their ownership link; other people copy their own link.
 */
export function openShareDialog(page: DocumentPage): void {
  const { dialog, body } = openDialog('Share', 'share');
  if (page.provider.role === 'own') {
    const keys = new DocumentKeys(page.name, page.credential);
    const links = new LinkList(page, keys);
    const onCreate = (address: string) => {
      keepLink(page, address);
      void links.refresh();
    };
    body.append(
      newLinkForm(keys, onCreate),
      links.element,
      new AllowedSites(page.name, page.credential).element,
    );
    const ownership = ownershipSection(page);
    if (ownership) body.append(ownership);
    void links.refresh();
  } else {
    body.append(...ownLink(page));
  }
  const people = currentPeople(page);
  body.append(people.element);
  dialog.addEventListener('close', people.stop);
  body.querySelector<HTMLElement>('input:checked, .share-copy')?.focus();
}

function ownLink({ name, credential, provider: { role } }: DocumentPage): HTMLElement[] {
  const note = document.createElement('p');
  note.className = 'dialog-note';
  // A token names its user: other people would write under this person's name.
  if (credential?.includes('.')) {
    note.textContent =
      'Your access comes from another site and is for you only. Share the document ' +
      'from that site, or ask an owner for a link.';
    return [note];
  }
  const address = new URL(documentAddress(name, credential), location.href).href;
  note.textContent = role === null
    ? 'You are not connected. Owners can create links once the connection is back.'
    : 'Only owners can create or revoke links.';
  return [
    copyField('Your link', address, 'Anyone with this link has the same access as you.').element,
    note,
  ];
}

/** The list of people, updated until `stop`. */
function currentPeople(
  { provider: { awareness }, credential }: DocumentPage,
): { readonly element: HTMLElement; stop(): void } {
  const element = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = 'People here';
  const list = document.createElement('ul');
  list.className = 'share-people';
  element.append(heading, list);
  const token = tokenIdentity(credential);
  let shown = '';
  const show = () => {
    const people = peopleIn(awareness, token);
    if (JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    list.replaceChildren(...entriesOf(people, awareness.clientID));
  };
  awareness.on('change', show);
  show();
  return { element, stop: () => awareness.off('change', show) };
}
