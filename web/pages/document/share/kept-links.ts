import { credentialIn } from '../../../access/document-address.ts';
import { hashKey } from '../../../access/hash-key.ts';
import { ownedDocument } from '../../shared/owned-documents.ts';
import type { DocumentKey } from './document-keys.ts';

/** Which listed keys this browser has. Empty where it cannot compute hashes. */
export interface KeptLinks {
  /** The address of a link that was created in this browser; null for any other. */
  addressOf(key: DocumentKey): string | null;
  /** Whether this page was opened with the key. */
  isOwn(key: DocumentKey): boolean;
}

/** Finds the links kept for a document; `credential` is the one that opened the page. */
export async function keptLinks(name: string, credential: string | null): Promise<KeptLinks> {
  const addresses = new Map<string, string>();
  for (const address of ownedDocument(name)?.links ?? []) {
    const hash = await hashKey(credentialIn(address) ?? '');
    // The key to read has two addresses, the read-only page first.
    if (hash !== null && !addresses.has(hash)) addresses.set(hash, address);
  }
  const own = credential === null ? null : await hashKey(credential);
  return {
    addressOf: ({ hash }) => addresses.get(hash) ?? null,
    isOwn: ({ hash }) => hash === own,
  };
}
