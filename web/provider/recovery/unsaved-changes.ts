import * as Y from 'yjs';
import { mergedTitleKey } from '../../../protocol/text/title.ts';
import { allLines, type Clocks, unsentLines } from './unsent-lines.ts';

/** The two roots of a document that hold its visible content. */
export interface DocumentRoots {
  readonly content: Y.XmlFragment;
  readonly meta: Y.Map<unknown>;
}

/**
 * Exports changes that the service does not accept any more: because the role was revoked, the
 * document is deleted or full, the schema is too old, or the credential has expired.
 */
export class UnsavedChanges {
  readonly #roots: DocumentRoots;
  readonly #clients: Set<number>;
  #saved: Clocks = new Map();

  /** `clients`: the client ids that this browser has written with. */
  constructor(roots: DocumentRoots, clients: Iterable<number>) {
    this.#roots = roots;
    this.#clients = new Set(clients);
  }

  /** The service has everything up to this state vector. An older one changes nothing. */
  markSaved(stateVector: Uint8Array): void {
    const saved = new Map(this.#saved);
    for (const [client, clock] of Y.decodeStateVector(stateVector)) {
      saved.set(client, Math.max(clock, saved.get(client) ?? 0));
    }
    this.#saved = saved;
  }

  /** The document goes on writing under another client id. */
  addClient(client: number): void {
    this.#clients.add(client);
  }

  /** The lines with unsent text, as plain text; empty without any. */
  get unsentText(): string {
    return unsentLines(this.#roots.content, { saved: this.#saved, clients: this.#clients })
      .join('\n');
  }

  /** The whole document as plain text. */
  get text(): string {
    return allLines(this.#roots.content).join('\n');
  }

  /**
   * Copies the visible content, its formatting and the title into another document, without the
   * history: deleted text is not copied. Throws a `TypeError` if the target has no Y.Doc.
   */
  copyTo({ content, meta }: DocumentRoots): void {
    const copies = this.#roots.content.toArray().flatMap((child) =>
      // A Y.XmlHook comes from old ProseMirror bindings; nothing here writes or shows it.
      child instanceof Y.XmlElement || child instanceof Y.XmlText ? [child.clone()] : []
    );
    const { doc } = content;
    if (!doc) throw new TypeError('Cannot copy document: the target has no Y.Doc');
    doc.transact(() => {
      content.insert(content.length, copies);
      for (const [key, value] of this.#roots.meta) {
        // The characters of the title are not copied.
        if (key === mergedTitleKey) continue;
        meta.set(key, value instanceof Y.AbstractType ? value.clone() : value);
      }
    });
  }
}
