import * as Y from 'yjs';

/** What an update brings, as Yjs itself reads it: nothing of the core is trusted here. */
export interface Brought {
  readonly structs: ReadonlyMap<number, number>;
  readonly deletes: ReadonlyMap<number, readonly { clock: number; len: number }[]>;
}

export function broughtBy(update: Uint8Array): Brought {
  const { structs, ds } = Y.decodeUpdate(update);
  const ends = new Map<number, number>();
  for (const { id, length } of structs) {
    ends.set(id.client, Math.max(ends.get(id.client) ?? 0, id.clock + length));
  }
  return { structs: ends, deletes: ds.clients };
}

/** Whether a document has all of this: the structs, and that the deleted ones are deleted. */
export function holds(doc: Y.Doc, { structs, deletes }: Brought): boolean {
  for (const [client, end] of structs) {
    if (Y.getState(doc.store, client) < end) return false;
  }
  for (const [client, ranges] of deletes) {
    for (const { clock, len } of ranges) {
      if (!isDeleted(doc, client, clock, clock + len)) return false;
    }
  }
  return true;
}

function isDeleted(doc: Y.Doc, client: number, from: number, to: number): boolean {
  if (Y.getState(doc.store, client) < to) return false;
  const structs = doc.store.clients.get(client) ?? [];
  for (let i = Y.findIndexSS(structs, from); i < structs.length; i++) {
    const struct = structs[i];
    if (!struct || struct.id.clock >= to) return true;
    if (!struct.deleted) return false;
  }
  return true;
}

/** A document for looking at: it never edits itself. */
export function quietDoc(): Y.Doc {
  const doc = new Y.Doc();
  // Yjs removes formatting that became redundant by a transaction of its own after remote changes.
  doc.on('afterTransaction', (transaction) => {
    transaction._needFormattingCleanup = false;
  });
  return doc;
}

/**
 * What the service has committed, kept beside it: the truth that everything else is compared with.
 * Lost only when the document is.
 */
export class Ledger {
  readonly doc = quietDoc();
  /** What each version brought; version 1 comes first. */
  readonly updates: Brought[] = [];
  /** What each tag was read as, by format. */
  readonly readings = new Map<string, string>();

  get version(): number {
    return this.updates.length;
  }

  add(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update);
    this.updates.push(broughtBy(update));
  }
}
