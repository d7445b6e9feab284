import { isDocumentName } from '../../../protocol/document-name.ts';
import { readStored, store } from '../../platform/local-storage.ts';

/** A document this browser has opened. */
export interface RecentDocument {
  readonly name: string;
  readonly title: string;
  /** When it was opened last, in milliseconds since 1970. */
  readonly openedAt: number;
  /** What it was opened with; null where that took no proof. */
  readonly proof: string | null;
  /** What the proof allows, as far as it is known. */
  readonly role: 'view' | 'edit' | 'own' | null;
}

const key = 'edgepad:recent-documents';
const most = 50;
/** Anybody may have written the title, and all documents share one small storage. */
const longestTitle = 200;
const ranks = [null, 'view', 'edit', 'own'];

/** The documents this browser has opened, the latest first. They exist nowhere but here. */
export function recentDocuments(): RecentDocument[] {
  const kept = readStored(key);
  if (!Array.isArray(kept)) return [];
  // Those of earlier builds have no proof.
  return kept.map((entry) => ({ proof: null, role: null, ...entry })).filter(isRecentDocument);
}

/**
 * Puts a document at the top of the list; the oldest of more than fifty go. Of two proofs the one
 * that allows more is kept: who has opened their own document by a link for others still owns it.
 */
export function rememberDocument(document: RecentDocument): void {
  const all = recentDocuments();
  const known = all.find(({ name }) => name === document.name);
  const others = all.filter((other) => other !== known);
  const isBetter = known?.proof == null ||
    (document.proof !== null && ranks.indexOf(document.role) >= ranks.indexOf(known.role));
  const { proof, role } = isBetter ? document : known;
  const title = document.title.slice(0, longestTitle);
  store(key, [{ ...document, title, proof, role }, ...others].slice(0, most));
}

/** A proof does not open its document any more: another one may take its place. */
export function removeCredential(name: string, proof: string | null): void {
  if (proof === null) return;
  store(
    key,
    recentDocuments().map((document) =>
      document.name === name && document.proof === proof
        ? { ...document, proof: null, role: null }
        : document
    ),
  );
}

/** Takes a document off the list. The document itself stays. */
export function removeDocument(name: string): void {
  store(key, recentDocuments().filter((document) => document.name !== name));
}

function isRecentDocument(value: unknown): value is RecentDocument {
  return typeof value === 'object' && value !== null && 'name' in value && 'title' in value &&
    'openedAt' in value && 'proof' in value && 'role' in value &&
    typeof value.name === 'string' && isDocumentName(value.name) &&
    typeof value.title === 'string' && typeof value.openedAt === 'number' &&
    (value.proof === null || typeof value.proof === 'string') &&
    ranks.includes(value.role as string | null);
}
