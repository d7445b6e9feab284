import type * as Y from 'yjs';
import type { Entry } from './nest.ts';
import type { YjsType } from './yjs-pieces.ts';

/**
 * What the elements of a document were read as, kept until they change: of a document that is read
 * again and again only what somebody has touched is read anew. Holds on to nothing that is deleted.
 */
export class BlockCache {
  readonly #entries = new WeakMap<YjsType, readonly Entry[]>();

  /** Begins to watch the document, for as long as that lives. */
  constructor(doc: Y.Doc) {
    doc.on('afterTransaction', ({ changed }: Y.Transaction) => {
      for (const type of changed.keys()) this.#forget(type);
    });
  }

  /** What `read` once answered for this element, unless something in it has changed since. */
  getOrRender(element: YjsType, read: () => readonly Entry[]): readonly Entry[] {
    let entries = this.#entries.get(element);
    if (entries === undefined) {
      entries = read();
      this.#entries.set(element, entries);
    }
    return entries;
  }

  /** A change deep down is one of everything around it. */
  #forget(type: Y.Transaction['changed'] extends Map<infer T, unknown> ? T : never): void {
    for (let at: typeof type | null = type; at !== null;) {
      this.#entries.delete(at);
      // Null for a root; an id only while an item waits to be put in its place, which is over.
      at = at._item === null ? null : at._item.parent as typeof type;
    }
  }
}
