import { isDocumentName } from '../protocol/document-name.ts';
import { readStored, store } from './storage.ts';

/** A document this browser has opened. */
export interface RecentDocument {
  readonly name: string;
  readonly title: string;
  /** When it was opened last, in milliseconds since 1970. */
  readonly openedAt: number;
}

const key = 'edgepad:recent-documents';
const most = 50;
/** Anybody may have written the title, and all documents share one small storage. */
const longestTitle = 200;

/** The documents this browser has opened, the latest first. They exist nowhere but here. */
export function recentDocuments(): RecentDocument[] {
  const kept = readStored(key);
  return Array.isArray(kept) ? kept.filter(isRecentDocument) : [];
}

/** Puts a document at the top of the list; the oldest of more than fifty go. */
export function rememberDocument(document: RecentDocument): void {
  const others = recentDocuments().filter(({ name }) => name !== document.name);
  const title = document.title.slice(0, longestTitle);
  store(key, [{ ...document, title }, ...others].slice(0, most));
}

/** Takes a document off the list. The document itself stays. */
export function forgetDocument(name: string): void {
  store(key, recentDocuments().filter((document) => document.name !== name));
}

function isRecentDocument(value: unknown): value is RecentDocument {
  return typeof value === 'object' && value !== null && 'name' in value && 'title' in value &&
    'openedAt' in value && typeof value.name === 'string' && isDocumentName(value.name) &&
    typeof value.title === 'string' && typeof value.openedAt === 'number';
}
