import * as Y from 'yjs';

/** The contents of an update as Yjs decodes it, independent of the core. */
export interface UpdateContents {
  readonly structs: ReadonlyMap<number, number>;
  readonly deletes: ReadonlyMap<number, readonly { clock: number; len: number }[]>;
}

export function contentsOf(update: Uint8Array): UpdateContents {
  const { structs, ds } = Y.decodeUpdate(update);
  const ends = new Map<number, number>();
  for (const { id, length } of structs) {
    ends.set(id.client, Math.max(ends.get(id.client) ?? 0, id.clock + length));
  }
  return { structs: ends, deletes: ds.clients };
}

/** Whether a document has these structs and deletions. */
export function contains(doc: Y.Doc, { structs, deletes }: UpdateContents): boolean {
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

/** Whether a document has the text of an update at its clocks, as far as it was not deleted. */
export function containsText(doc: Y.Doc, update: Uint8Array): boolean {
  return Y.decodeUpdate(update).structs.every((struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return true;
    const { client, clock } = struct.id;
    const structs = doc.store.clients.get(client) ?? [];
    return struct.content.str.split('').every((character, offset) => {
      const stored = structs[Y.findIndexSS(structs, clock + offset)];
      if (!(stored instanceof Y.Item) || stored.deleted) return true;
      const { content, id } = stored;
      return content instanceof Y.ContentString &&
        content.str[clock + offset - id.clock] === character;
    });
  });
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

/** A document that makes no transactions of its own. */
export function passiveDoc(): Y.Doc {
  const doc = new Y.Doc();
  // After remote changes Yjs removes redundant formatting in a transaction of its own.
  doc.on('afterTransaction', (transaction) => {
    transaction._needFormattingCleanup = false;
  });
  return doc;
}

/** What the service has committed, recorded independently. All else is compared with it. */
export class ReferenceModel {
  readonly doc = passiveDoc();
  /** The contents of each version, from version 1. */
  readonly updates: UpdateContents[] = [];
  /** The same as stored. */
  readonly encoded: Uint8Array[] = [];
  /** The body of each rendering, by format and tag. */
  readonly renderings = new Map<string, string>();

  get version(): number {
    return this.updates.length;
  }

  add(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update);
    this.updates.push(contentsOf(update));
    this.encoded.push(update);
  }
}
