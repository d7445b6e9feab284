import { ownedStore } from '../../access/kept-credential.ts';
import { readStored, store } from '../../platform/local-storage.ts';

/**
 * What this browser keeps of a document that its user owns. The service stores only hashes of keys, so
 * that the browser alone can show a link again.
 */
interface OwnedDocument {
  /** The owner's key. */
  readonly key: string;
  /** The keys to edit and to view of a document that was created in this browser. */
  readonly edit: string | null;
  readonly view: string | null;
  /** The addresses of links that were created in this browser, the first created first. */
  readonly links: readonly string[];
}

/** More than the keys that a document can have: some were revoked elsewhere. */
const maxLinks = 200;

/** Null unless this browser keeps the owner's key. */
export function ownedDocument(name: string): OwnedDocument | null {
  return readAll().get(name) ?? null;
}

/**
 * Keeps the owner's key of a document, and adds links to those kept. Returns whether it is stored:
 * storage may be unavailable, and a frame on another site has a storage of its own, which no other page
 * can read.
 */
export function keepOwned(
  name: string,
  document: Partial<OwnedDocument> & { key: string },
): boolean {
  if (globalThis.top !== globalThis.self) return false;
  const known = ownedDocument(name);
  const { links = [] } = document;
  const others = known?.links.filter((link) => !links.includes(link)) ?? [];
  const kept = { edit: null, view: null, ...known, ...document };
  save(readAll().set(name, { ...kept, links: [...others, ...links].slice(-maxLinks) }));
  return ownedDocument(name)?.key === document.key;
}

/** Puts back what {@link removeOwned} removed. */
export function restoreOwned(name: string, document: OwnedDocument): void {
  save(readAll().set(name, document));
}

/** Removes what this browser keeps of a document. */
export function removeOwned(name: string): void {
  const all = readAll();
  if (all.delete(name)) save(all);
}

function save(all: ReadonlyMap<string, OwnedDocument>): void {
  store(ownedStore, Object.fromEntries(all));
}

function readAll(): Map<string, OwnedDocument> {
  const stored = readStored(ownedStore);
  const all = new Map<string, OwnedDocument>();
  if (typeof stored !== 'object' || stored === null) return all;
  for (const [name, value] of Object.entries(stored as Record<string, unknown>)) {
    const { key, edit, view, links } = (value ?? {}) as Record<string, unknown>;
    if (typeof key !== 'string' || !Array.isArray(links)) continue;
    all.set(name, {
      key,
      edit: typeof edit === 'string' ? edit : null,
      view: typeof view === 'string' ? view : null,
      links: links.filter((link) => typeof link === 'string'),
    });
  }
  return all;
}
