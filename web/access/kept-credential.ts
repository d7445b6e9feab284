import { readStored } from '../platform/local-storage.ts';

/** Where this browser stores what it keeps of documents that its user owns, by name. */
export const ownedStore = 'edgepad:owned';
/** Where this browser stores its list of recent documents. */
export const recentStore = 'edgepad:recent-documents';

/**
 * The credential to open a document with: the owner's key that this browser keeps; else the one in
 * the address; else the one the document was last opened with here.
 */
export function credentialFor(name: string, inAddress: string | null): string | null {
  const owned = readStored(ownedStore) as Record<string, { key?: string } | undefined> | null;
  const known = owned?.[name]?.key ?? inAddress;
  if (known !== null) return known;
  const recent = readStored(recentStore) as { name?: string; proof?: string }[] | null;
  return recent?.find?.((entry) => entry?.name === name)?.proof ?? null;
}
