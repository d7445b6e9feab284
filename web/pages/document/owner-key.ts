import { credentialIn, documentAddress, viewAddress } from '../../access/document-address.ts';
import { sectionIn, withSection } from '../../access/section-address.ts';
import { keepOwned, ownedDocument } from '../shared/owned-documents.ts';
import type { DocumentPage } from './document-page.ts';

/**
 * Moves the owner's key from the address of the page to this browser's storage: people share documents
 * by copying the address, which must not make others owners. The address keeps the key where this
 * browser cannot store it. A token stays: it names its user, and expires.
 */
export function moveOwnerKey({ name, credential }: DocumentPage): void {
  if (credential === null || credential.includes('.')) return;
  const isKept = keepOwned(name, { key: credential });
  const inAddress = credentialIn(location.hash) ?? credentialIn(location.search);
  if (!isKept || inAddress !== credential) return;
  const section = sectionIn(location.hash);
  const url = new URL(documentAddress(name, ownedDocument(name)?.edit ?? null), location.href);
  if (section !== null) url.hash = withSection(url.hash, section);
  history.replaceState(history.state, '', url);
}

/**
 * The address of the read-only page, for a link. The page removes the credential from its address, so
 * that the address can be copied. An owner's link has a key to read or to edit, where one is known.
 */
export function viewAddressOnce({ name, credential }: DocumentPage): string {
  const owned = ownedDocument(name);
  const weakest = owned?.view ?? owned?.edit ?? credential;
  const address = viewAddress(name, weakest);
  return weakest === null ? address : `${address}&once`;
}

/** Keeps the address of a new link, for its owner to copy again. */
export function keepLink({ name, credential }: DocumentPage, address: string): void {
  if (credential !== null && !credential.includes('.')) {
    keepOwned(name, { key: credential, links: [address] });
  }
}
