import * as Y from 'yjs';
import { allLines, type Clocks, unsentLines } from './unsent-lines.ts';

/** The two roots of a document that hold what people see. */
export interface DocumentRoots {
  readonly content: Y.XmlFragment;
  readonly meta: Y.Map<unknown>;
}

/**
 * What can be done for changes that the service will not take any more: the role was withdrawn, the
 * document is deleted or full, the schema too old, the credential of access gone. They stay in the
 * document on the screen; this gets them out of it.
 */
export class UnsavedChanges {
  readonly #roots: DocumentRoots;
  readonly #clients: Set<number>;
  #saved: Clocks = new Map();

  /** `clients`: the ids this browser writes under, and wrote under before. */
  constructor(roots: DocumentRoots, clients: Iterable<number>) {
    this.#roots = roots;
    this.#clients = new Set(clients);
  }

  /** The service has everything up to this state vector. Told whenever it is known to be so. */
  markSaved(stateVector: Uint8Array): void {
    const saved = new Map(this.#saved);
    for (const [client, clock] of Y.decodeStateVector(stateVector)) {
      saved.set(client, Math.max(clock, saved.get(client) ?? 0));
    }
    this.#saved = saved;
  }

  /** The lines with something unsent in them, as plain text; empty when there is nothing. */
  get unsentText(): string {
    return unsentLines(this.#roots.content, { saved: this.#saved, clients: this.#clients })
      .join('\n');
  }

  /** The whole document as it stands on this screen, as plain text. */
  get text(): string {
    return allLines(this.#roots.content).join('\n');
  }

  /**
   * Writes a copy of it into another document: what can be seen, formatting and title, and nothing of
   * its history, so that deleted text does not travel along.
   */
  copyTo({ content, meta }: DocumentRoots): void {
    const copies = this.#roots.content.toArray().flatMap((child) =>
      // A hook is a type of old ProseMirror bindings, which nothing here writes or shows.
      child instanceof Y.XmlElement || child instanceof Y.XmlText ? [child.clone()] : []
    );
    const { doc } = content;
    if (!doc) throw new TypeError('Cannot copy document: the other one has no Y.Doc');
    doc.transact(() => {
      content.insert(content.length, copies);
      for (const [key, value] of this.#roots.meta) {
        meta.set(key, value instanceof Y.AbstractType ? value.clone() : value);
      }
    });
  }
}
