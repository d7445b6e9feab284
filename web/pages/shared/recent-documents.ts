import { isDocumentName } from '../../../protocol/document-name.ts';
import { isRole, type Role, roles } from '../../../protocol/roles.ts';
import { recentStore } from '../../access/kept-credential.ts';
import { readStored, store } from '../../platform/local-storage.ts';

/** A document that was opened in this browser. */
export interface RecentDocument {
  readonly name: string;
  readonly title: string;
  /** When it was last opened, in milliseconds since 1970. */
  readonly openedAt: number;
  /** What it was opened with; null without a credential. */
  readonly credential: string | null;
  /** What the credential permits, as far as known. */
  readonly role: Role | null;
}

const maxDocuments = 50;
/** Anyone can write a title, and all documents share one small storage. */
const maxTitleLength = 200;

/** The documents opened in this browser, the latest first. The service does not store this list. */
export function recentDocuments(): RecentDocument[] {
  const stored = readStored(recentStore);
  return Array.isArray(stored) ? stored.map(readEntry).filter((entry) => entry !== null) : [];
}

/**
 * Puts a document at the top of the list and drops the oldest beyond fifty. Keeps the stronger of two
 * credentials: an owner who opens a link made for others still owns the document.
 */
export function rememberDocument(document: RecentDocument): void {
  const all = recentDocuments();
  const known = all.find(({ name }) => name === document.name);
  const others = all.filter((other) => other !== known);
  const isStronger = known === undefined || known.credential === null ||
    (document.credential !== null && rankOf(document.role) >= rankOf(known.role));
  const { credential, role } = isStronger ? document : known;
  const title = document.title.slice(0, maxTitleLength);
  save([{ ...document, title, credential, role }, ...others].slice(0, maxDocuments));
}

/** Removes a credential that no longer opens its document, so that another one can replace it. */
export function removeCredential(name: string, credential: string | null): void {
  if (credential === null) return;
  save(
    recentDocuments().map((document) =>
      document.name === name && document.credential === credential
        ? { ...document, credential: null, role: null }
        : document
    ),
  );
}

/** Removes a document from the list. The document itself stays. */
export function removeDocument(name: string): void {
  save(recentDocuments().filter((document) => document.name !== name));
}

/** Puts back what {@link removeDocument} removed, at its place: the list is sorted by time. */
export function restoreDocument(document: RecentDocument): void {
  const others = recentDocuments().filter(({ name }) => name !== document.name);
  save([...others, document].sort((a, b) => b.openedAt - a.openedAt));
}

function rankOf(role: Role | null): number {
  return role === null ? -1 : roles.indexOf(role);
}

/** The credential is stored as `proof`. */
function save(documents: readonly RecentDocument[]): void {
  store(recentStore, documents.map(({ credential, ...rest }) => ({ ...rest, proof: credential })));
}

/** Null for a value that is not an entry. Entries of earlier builds have neither `proof` nor `role`. */
function readEntry(value: unknown): RecentDocument | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, title, openedAt, proof = null, role = null } = value as Record<string, unknown>;
  const isValid = typeof name === 'string' && isDocumentName(name) &&
    typeof title === 'string' && typeof openedAt === 'number' &&
    (proof === null || typeof proof === 'string') && (role === null || isRole(role));
  return isValid ? { name, title, openedAt, credential: proof, role } : null;
}
