import type * as Y from 'yjs';
import type { Entry } from './nest.ts';
import type { YjsType } from '../yjs-types.ts';

/**
 * Caches what was read from each element of a document until the element changes. Reading the document
 * again then costs what has changed. Does not retain deleted elements.
 */
export class BlockCache {
  readonly #entries = new WeakMap<YjsType, readonly Entry[]>();

  /** Observes the document for as long as it exists. */
  constructor(doc: Y.Doc) {
    doc.on('afterTransaction', ({ changed }: Y.Transaction) => {
      for (const type of changed.keys()) this.#invalidate(type);
    });
  }

  getOrRead(element: YjsType, read: () => readonly Entry[]): readonly Entry[] {
    let entries = this.#entries.get(element);
    if (entries === undefined) {
      entries = read();
      this.#entries.set(element, entries);
    }
    return entries;
  }

  /** Invalidates a type and all types around it. */
  #invalidate(type: Y.Transaction['changed'] extends Map<infer T, unknown> ? T : never): void {
    for (let at: typeof type | null = type; at !== null;) {
      this.#entries.delete(at);
      // Null for a root. An id is only the parent of an item that is not integrated yet.
      at = at._item === null ? null : at._item.parent as typeof type;
    }
  }
}
