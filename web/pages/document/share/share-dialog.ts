import type { Role } from '../../../../protocol/roles.ts';
import { documentAddress } from '../../../access/document-address.ts';
import { type TokenIdentity, tokenIdentity } from '../../../access/token-claims.ts';
import type { DocumentPage } from '../menu/commands.ts';
import { copyField } from './copy-field.ts';
import { openDialog } from '../dialog/dialog.ts';
import { DocumentKeys } from './document-keys.ts';
import { embedSites } from './embed-sites.ts';
import { linkList } from './link-list.ts';
import { newLinkForm } from './new-link-form.ts';
import { entriesOf, peopleHere } from '../people/person-entry.ts';

/**
 * Who has the document, and by which links. Owners make, label and withdraw links, and say which sites
 * may show it; others pass on the link they have.
 */
export function openShareDialog({ name, credential, provider }: DocumentPage): void {
  const { dialog, body } = openDialog('Share', 'share');
  if (provider.role === 'own') {
    const keys = new DocumentKeys(name, credential);
    const links = linkList(keys);
    body.append(
      newLinkForm(keys, () => void links.refresh()),
      links.element,
      embedSites(name, credential),
    );
    void links.refresh();
  } else {
    body.append(...passingOn(name, credential, provider.role));
  }
  const here = whoIsHere(provider, tokenIdentity(credential));
  body.append(here.element);
  dialog.addEventListener('close', here.stop);
  body.querySelector<HTMLElement>('input:checked, .share-copy')?.focus();
}

function passingOn(name: string, credential: string | null, role: Role | null): HTMLElement[] {
  const note = document.createElement('p');
  note.className = 'dialog-note';
  // It says who somebody is: passed on, others would write under this person's name.
  if (credential?.includes('.')) {
    note.textContent =
      'You came here from another site, and your way in is yours alone: share the ' +
      'document from there. Only its owners can make links to it here.';
    return [note];
  }
  const address = new URL(documentAddress(name, credential), location.href).href;
  note.textContent = role === null
    ? 'The service cannot be reached just now. Owners can make other links once it is.'
    : 'Only the owners of the document can make other links, or withdraw this one.';
  return [
    copyField('Your link', address, 'Whoever has it can do what you can: read and write.').element,
    note,
  ];
}

/** Keeps the list true while the dialog is open. */
function whoIsHere(
  { awareness }: DocumentPage['provider'],
  token: TokenIdentity,
): { readonly element: HTMLElement; readonly stop: () => void } {
  const element = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = 'Here now';
  const list = document.createElement('ul');
  list.className = 'share-people';
  element.append(heading, list);
  let shown = '';
  const show = () => {
    const people = peopleHere(awareness, token);
    if (JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    list.replaceChildren(...entriesOf(people, awareness.clientID));
  };
  awareness.on('change', show);
  show();
  return { element, stop: () => awareness.off('change', show) };
}
